#include "engine/map/batch.h"

#include "engine/dataflow/number_field.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::engine {

namespace {

// AWS: a batch has 256 KiB at most, whatever the definition says.
constexpr std::size_t batch_bytes_max = 262'144;

// 0 and absent mean no bound.
Flow<std::size_t> bound(const std::optional<asl::NumberField>& number, std::string_view field,
                        const json::Value& input, Evaluation& evaluation)
{
    if (!number) return std::numeric_limits<std::size_t>::max();
    const Flow<std::int64_t> given = count(*number, field, input, evaluation);
    if (!given) return tl::unexpected(given.error());
    return *given == 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(*given);
}

}  // namespace

Flow<json::Value> batch_items(const asl::ItemBatcher& batcher, std::span<const json::Value> inputs,
                              const json::Value& effective_input, Evaluation& evaluation)
{
    const Flow<std::size_t> items_max =
        bound(batcher.items_max, "MaxItemsPerBatch", effective_input, evaluation);
    if (!items_max) return tl::unexpected(items_max.error());
    const Flow<std::size_t> given =
        bound(batcher.bytes_max, "MaxInputBytesPerBatch", effective_input, evaluation);
    if (!given) return tl::unexpected(given.error());
    const std::size_t bytes_max = std::min(*given, batch_bytes_max);

    std::vector<json::Member> frame;
    if (batcher.batch_input) {
        Flow<json::Value> input =
            evaluation.payload(*batcher.batch_input, effective_input, "BatchInput");
        if (!input) return input;
        frame.push_back({"BatchInput", *std::move(input)});
    }
    frame.push_back({"Items", json::Value::array()});
    const json::Value empty = json::Value::object(frame);
    const std::size_t frame_bytes = empty.written_size();

    std::vector<json::Value> batches;
    std::vector<json::Value> items;
    std::size_t bytes = frame_bytes;
    const auto close = [&] {
        if (items.empty()) return;
        batches.push_back(
            json::with_member(empty, "Items", json::Value::array(std::exchange(items, {}))));
        bytes = frame_bytes;
    };
    for (const json::Value& input : inputs) {
        const std::size_t more = input.written_size() + 1;
        if (items.size() >= *items_max || bytes + more > bytes_max) close();
        items.push_back(input);
        bytes += more;
    }
    close();
    return json::Value::array(std::move(batches));
}

}  // namespace weft::engine
