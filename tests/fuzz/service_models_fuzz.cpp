// Layers: aws
// Labels: new
// The file of AWS service models, and the JSON of one model: whatever they are, they are refused
// with a message, or every reference in them leads somewhere and any result can be measured.
#include "aws/output_check.h"
#include "aws/service_models.h"
#include "base/assert.h"
#include "json/parse.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace weft;

namespace {

void check_model(const aws::ServiceModel& model, const json::Value& result)
{
    for (const aws::Shape& shape : model.shapes()) {
        for (const aws::Member& member : shape.members)
            WEFT_ASSERT(member.shape < model.shapes().size());
        if (shape.type == aws::ShapeType::List) WEFT_ASSERT(shape.members.size() == 1);
        if (shape.type == aws::ShapeType::Map) WEFT_ASSERT(shape.members.size() == 2);
    }
    for (const aws::Operation& operation : model.operations()) {
        WEFT_ASSERT(operation.input == aws::no_shape || operation.input < model.shapes().size());
        for (const auto check : {aws::OutputCheck::Strict, aws::OutputCheck::Present}) {
            const auto fault = aws::output_fault(model, operation, result, check);
            WEFT_ASSERT(!fault || !fault->empty());
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto models = aws::ServiceModels::open(bytes)) {
        for (const auto& entry : models->services()) {
            WEFT_ASSERT(models->find(entry.name) != nullptr);
            // A frame may claim more than a fuzzer's memory.
            if (entry.plain_size > 1U << 20U) continue;
            const auto model = models->model(entry.name);
            if (model) check_model(**model, json::Value::object());
        }
    }
    // A document and, behind a line break, a result.
    const std::size_t line = bytes.find('\n');
    const auto document = json::parse(bytes.substr(0, line));
    if (!document) return 0;
    const auto model = aws::ServiceModel::compile(*document);
    if (!model) {
        WEFT_ASSERT(!model.error().message.empty());
        return 0;
    }
    const auto result =
        line == std::string_view::npos ? json::parse("{}") : json::parse(bytes.substr(line + 1));
    if (result) check_model(**model, *result);
    return 0;
}
