#include "tests/simulation/executions/world_text.h"

#include "asl/yaml.h"
#include "json/parse.h"
#include "json/write.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace weft::test {

namespace {

using Faults = WorldText::Faults;

struct FaultField {
    std::string_view name;
    std::int64_t Faults::* member;
};

constexpr std::array fault_fields = {
    FaultField{"answers_twice_one_in", &Faults::answers_twice_one_in},
    FaultField{"calls_late_one_in", &Faults::calls_late_one_in},
    FaultField{"calls_lost_one_in", &Faults::calls_lost_one_in},
    FaultField{"clock_back", &Faults::clock_back},
    FaultField{"clock_forward", &Faults::clock_forward},
    FaultField{"crashes", &Faults::crashes},
    FaultField{"refused_writes", &Faults::refused_writes},
    FaultField{"replies_lost_one_in", &Faults::replies_lost_one_in},
    FaultField{"requests_late_one_in", &Faults::requests_late_one_in},
    FaultField{"requests_lost_one_in", &Faults::requests_lost_one_in},
    FaultField{"requests_twice_one_in", &Faults::requests_twice_one_in},
    FaultField{"workers_forget_one_in", &Faults::workers_forget_one_in},
    FaultField{"workers_leave_one_in", &Faults::workers_leave_one_in},
};
static_assert(std::ranges::is_sorted(fault_fields, {}, &FaultField::name));

Result<std::int64_t> count(const json::Value& value, std::string_view name)
{
    if (value.kind() != json::Kind::Int || value.as_int() < 0)
        return fail(ErrorCode::InvalidInput, "'{}' must be a number of 0 or more", name);
    return value.as_int();
}

Result<std::vector<std::string>> texts(const json::Value& value, std::string_view name)
{
    std::vector<std::string> found;
    if (!value.is_array()) return fail(ErrorCode::InvalidInput, "'{}' must be a list", name);
    for (const json::Value& item : value.items()) {
        if (!item.is_string())
            return fail(ErrorCode::InvalidInput, "'{}' must be a list of texts", name);
        found.emplace_back(item.as_string());
    }
    return found;
}

Result<WorldText::Load> read_load(const json::Value& value)
{
    WorldText::Load load;
    if (!value.is_object())
        return fail(ErrorCode::InvalidInput, "'load' must be a list of objects");
    for (const json::Member& member : value.members()) {
        const std::string_view key = member.key.view();
        if (key == "machine" && member.value.is_string())
            load.machine = member.value.as_string();
        else if (key == "starts")
            load.starts = TRY(count(member.value, key));
        else if (key == "stop" && member.value.is_bool())
            load.stop = member.value.as_bool();
        else if (key == "redrives")
            load.redrives = TRY(count(member.value, key));
        else
            return fail(ErrorCode::InvalidInput, "'load' does not have '{}'", key);
    }
    return load;
}

Result<Faults> read_faults(const json::Value& value)
{
    Faults faults;
    if (!value.is_object()) return fail(ErrorCode::InvalidInput, "'faults' must be an object");
    for (const json::Member& member : value.members()) {
        const auto* field = std::ranges::find(fault_fields, member.key.view(), &FaultField::name);
        if (field == fault_fields.end())
            return fail(ErrorCode::InvalidInput, "'faults' does not have '{}'", member.key.view());
        faults.*(field->member) = TRY(count(member.value, member.key.view()));
    }
    return faults;
}

Result<WorldText> read_text(const json::Value& value)
{
    WorldText world;
    if (!value.is_object()) return fail(ErrorCode::InvalidInput, "a world is an object");
    for (const json::Member& member : value.members()) {
        const std::string_view key = member.key.view();
        if (key == "seeds") {
            world.seeds = TRY(count(member.value, key));
        } else if (key == "random_machines") {
            world.random_machines = TRY(count(member.value, key));
        } else if (key == "activities") {
            world.activities = TRY(texts(member.value, key));
        } else if (key == "must_see") {
            world.must_see = TRY(texts(member.value, key));
        } else if (key == "faults") {
            world.faults = TRY(read_faults(member.value));
        } else if (key == "machines" && member.value.is_object()) {
            for (const json::Member& machine : member.value.members())
                world.machines.emplace_back(machine.key.view(), json::write(machine.value));
        } else if (key == "load" && member.value.is_array()) {
            for (const json::Value& item : member.value.items())
                world.load.push_back(TRY(read_load(item)));
        } else {
            return fail(ErrorCode::InvalidInput, "a world does not have '{}'", key);
        }
    }
    return world;
}

}  // namespace

Result<WorldText> read_world(const std::string& file)
{
    std::ifstream stream(file, std::ios::binary);
    const std::string yaml{std::istreambuf_iterator<char>(stream), {}};
    const auto named = [&](const Error& error) {
        return fail(ErrorCode::InvalidInput, "{}: {}", file, error.message);
    };
    const Result<std::string> text = asl::yaml_to_json(yaml);
    if (!text) return named(text.error());
    const Result<json::Value> value = json::parse(*text);
    if (!value) return named(value.error());
    Result<WorldText> world = read_text(*value);
    if (!world) return named(world.error());
    world->name = std::filesystem::path(file).stem();
    return world;
}

Result<std::vector<WorldText>> read_worlds()
{
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::directory_iterator("tests/simulation/executions/worlds"))
        if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<WorldText> worlds;
    for (const std::string& file : files) worlds.push_back(TRY(read_world(file)));
    return worlds;
}

}  // namespace weft::test
