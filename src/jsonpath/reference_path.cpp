#include "jsonpath/reference_path.h"

#include "jsonpath/program.h"
#include "json/write.h"

#include <span>
#include <utility>

namespace weft::jsonpath {

namespace {

tl::unexpected<Error> mismatch(const ReferencePath& path, const json::Value& target)
{
    // AWS: the text of States.ResultPathMatchFailure.
    return fail(ErrorCode::EvaluationFailed, "Unable to apply ReferencePath {} to input {}",
                path.text(), json::write(target));
}

struct Writer {
    const ReferencePath& path;
    const json::Value& target;

    Result<json::Value> put(const json::Value* at, std::span<const ReferencePath::Step> steps,
                            json::Value value) const
    {
        if (steps.empty()) return value;
        if (const auto* name = std::get_if<std::string>(&steps.front())) {
            if (at != nullptr && !at->is_object()) return mismatch(path, target);
            const json::Value* below = at == nullptr ? nullptr : at->find(*name);
            json::Value changed = TRY(put(below, steps.subspan(1), std::move(value)));
            return json::with_member(at == nullptr ? json::Value::object() : *at, *name,
                                     std::move(changed));
        }
        const std::size_t index = std::get<std::size_t>(steps.front());
        if (at == nullptr || !at->is_array() || index >= at->size()) return mismatch(path, target);
        json::Value changed = TRY(put(at->at(index), steps.subspan(1), std::move(value)));
        return json::with_item(*at, index, std::move(changed));
    }
};

}  // namespace

Result<ReferencePath> ReferencePath::parse(std::string_view text)
{
    Path path = TRY(Path::parse(text));
    if (path.root() != RootKind::Input)
        return fail(ErrorCode::InvalidPath, "the reference path '{}' must start at '$'", text);
    if (!path.simple())
        return fail(ErrorCode::InvalidPath,
                    "'{}' is not a reference path: it may hold names and indices only, without "
                    "'@', ',', ':', '?', "
                    "'*' or '..'",
                    text);
    std::vector<Step> steps;
    for (const auto& step : path.program().steps) {
        if (const auto* name = std::get_if<NameStep>(&step)) {
            steps.emplace_back(name->name);
            continue;
        }
        const std::int64_t index = std::get<IndexStep>(step).index;
        if (index < 0)
            return fail(ErrorCode::InvalidPath,
                        "'{}' is not a reference path: an index may not be negative", text);
        steps.emplace_back(static_cast<std::size_t>(index));
    }
    return ReferencePath(std::move(path), std::move(steps));
}

Result<json::Value> put(const ReferencePath& path, const json::Value& target, json::Value value)
{
    return Writer{path, target}.put(&target, path.steps(), std::move(value));
}

}  // namespace weft::jsonpath
