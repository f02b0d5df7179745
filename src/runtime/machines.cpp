#include "encoding/uuid.h"
#include "runtime/implementation.h"
#include "runtime/names.h"

#include <algorithm>
#include <utility>

namespace weft::runtime {

namespace {

asl::MachineType asl_type(catalog::MachineType type)
{
    return type == catalog::MachineType::Express ? asl::MachineType::Express
                                                 : asl::MachineType::Standard;
}

asl::NewerJsonata newer_jsonata(const RuntimeOptions& options)
{
    return options.profile == LimitsProfile::Aws ? asl::NewerJsonata::Refuse
                                                 : asl::NewerJsonata::Accept;
}

}  // namespace

// AWS: the first finding is the error's text.
Result<asl::MachinePtr> compile_definition(const std::string& definition, catalog::MachineType type,
                                           const RuntimeOptions& options)
{
    const Limits& limits = options.limits;
    if (definition.size() > limits.definition_bytes_max)
        return fail(ErrorCode::InvalidDefinition,
                    "Invalid State Machine Definition: 'The definition has {} bytes, more than the "
                    "{} allowed'",
                    definition.size(), limits.definition_bytes_max);
    asl::Compiled compiled =
        asl::compile(definition, {.type = asl_type(type), .newer_jsonata = newer_jsonata(options)});
    if (compiled.machine) return std::move(compiled.machine);
    std::string faults;
    for (const asl::Finding& finding : compiled.findings) {
        if (finding.severity != asl::Severity::Error) continue;
        if (!faults.empty()) faults += ", ";
        faults += finding.fault();
    }
    return fail(ErrorCode::InvalidDefinition, "Invalid State Machine Definition: '{}'", faults);
}

void Runtime::create_machine(async::Loop& home, CreateMachine request,
                             Callback<catalog::StateMachine> reply)
{
    m_impl->blocking<catalog::StateMachine>(
        home,
        [this, now = home.now(), request = std::move(request)]() -> Result<catalog::StateMachine> {
            Shared& shared = m_impl->shared;
            TRY(check_name(request.name));
            TRY(check_role_arn(request.role_arn));
            asl::MachinePtr machine =
                TRY(compile_definition(request.definition, request.type, shared.options));
            catalog::StateMachine row;
            row.arn = machine_arn(request.scope, request.name);
            row.name = request.name;
            row.type = request.type;
            row.definition = request.definition;
            row.definition_hash = machine->hash;
            row.role_arn = request.role_arn;
            row.created = now;
            row.updated = now;
            row.logging = request.logging;
            row.tracing = request.tracing;
            row.encryption = request.encryption;
            row.tags = request.tags;
            row.created_published = request.publish;
            row.created_version_description = request.version_description;
            const std::uint64_t most = shared.options.limits.state_machines_max;
            const bool known = TRY(shared.parts.catalog.find(row.arn)).has_value();
            if (!known && TRY(shared.parts.catalog.count(machine_arn(request.scope, ""))) >= most)
                return fail(ErrorCode::StateMachineLimitExceeded,
                            "State Machine Limit Exceeded: this account has the {} state machines "
                            "that it may have in {}",
                            most, request.scope.region);
            Result<> created;
            if (!request.publish) {
                created = shared.parts.catalog.create(row);
            } else if (Result<catalog::Version> version = shared.parts.catalog.create_published(
                           row, {row.arn, {}, request.version_description, now});
                       !version) {
                created = tl::unexpected(std::move(version).error());
            }
            if (!created && created.error().code == ErrorCode::StateMachineAlreadyExists) {
                const std::optional<catalog::StateMachine> there =
                    TRY(shared.parts.catalog.find(row.arn));
                if (there && there->status == catalog::MachineStatus::Deleting)
                    return fail(ErrorCode::StateMachineDeleting,
                                "State Machine is being deleted: '{}'", row.arn);
                // AWS: compares name, definition byte by byte, type, logging, tracing, encryption,
                // publish and its description; role and tags are not compared.
                const bool same =
                    there && there->definition == row.definition && there->type == row.type &&
                    there->logging == row.logging && there->tracing == row.tracing &&
                    there->encryption == row.encryption && there->revision_id.empty() &&
                    there->created_published == row.created_published &&
                    there->created_version_description == row.created_version_description;
                if (same) return *there;
                return fail(ErrorCode::StateMachineAlreadyExists,
                            "State Machine Already Exists: '{}'", row.arn);
            }
            if (!created) return tl::unexpected(std::move(created).error());
            shared.machines.put(
                std::make_shared<const Registered>(Registered{row, std::move(machine)}));
            return row;
        },
        std::move(reply));
}

void Runtime::update_machine(async::Loop& home, UpdateMachine request,
                             Callback<UpdatedMachine> reply)
{
    Entropy entropy(home.random());
    m_impl->blocking<UpdatedMachine>(
        home,
        [this, now = home.now(), revision = encoding::uuid_v4(entropy),
         request = std::move(request)]() -> Result<UpdatedMachine> {
            Shared& shared = m_impl->shared;
            // AWS: a version is not updated, so there is no machine of that ARN.
            const MachineName name = TRY(parse_qualified_arn(request.arn));
            if (name.machine_arn != request.arn)
                return fail(ErrorCode::StateMachineDoesNotExist,
                            "State Machine Does Not Exist: '{}'", request.arn);
            if (request.role_arn) TRY(check_role_arn(*request.role_arn));
            const RegisteredPtr known = TRY(shared.machines.load(request.arn));
            if (known->row.status == catalog::MachineStatus::Deleting)
                return fail(ErrorCode::StateMachineDeleting, "State Machine is being deleted: '{}'",
                            request.arn);
            catalog::StateMachine row = known->row;
            asl::MachinePtr machine = known->machine;
            if (request.definition && *request.definition != row.definition) {
                machine = TRY(compile_definition(*request.definition, row.type, shared.options));
                row.definition = *request.definition;
                row.definition_hash = machine->hash;
            }
            if (request.role_arn) row.role_arn = *request.role_arn;
            if (request.logging) row.logging = *request.logging;
            if (request.tracing) row.tracing = *request.tracing;
            if (request.encryption) row.encryption = *request.encryption;
            UpdatedMachine updated{now, {}, {}};
            // AWS: an update that changes nothing gives no new revision.
            if (row != known->row) {
                row.updated = now;
                row.revision_id = revision;
                if (request.publish) {
                    const catalog::Version version = TRY(shared.parts.catalog.update_published(
                        row, known->row.revision_id,
                        {row.arn, revision, request.version_description, now}));
                    updated.version_arn = qualified_arn(row.arn, version.number);
                } else {
                    TRY(shared.parts.catalog.update(row, known->row.revision_id));
                }
                updated.revision_id = revision;
                // Without its versions, which an update leaves as they are.
                shared.machines.put(
                    std::make_shared<const Registered>(Registered{row, std::move(machine)}));
            }
            if (request.publish && updated.version_arn.empty()) {
                const catalog::Version version = TRY(shared.parts.catalog.publish(
                    {row.arn, row.revision_id, request.version_description, now}));
                updated.version_arn = qualified_arn(row.arn, version.number);
            }
            return updated;
        },
        std::move(reply));
}

void Runtime::delete_machine(async::Loop& home, std::string arn, Callback<void> reply)
{
    m_impl->blocking<void>(
        home,
        [this, arn = std::move(arn)]() -> Result<> {
            Shared& shared = m_impl->shared;
            const MachineName name = TRY(parse_qualified_arn(arn));
            if (!name.label.empty())
                return fail(ErrorCode::LabeledArn,
                            "This operation does not support labeled state machine ARNs: '{}'",
                            arn);
            const std::optional<catalog::StateMachine> row = TRY(shared.parts.catalog.find(arn));
            if (!row) return {};  // AWS: an unknown ARN succeeds silently
            TRY(shared.parts.catalog.set_status(arn, catalog::MachineStatus::Deleting));
            shared.machines.forget(arn);
            return m_impl->remove_if_idle(arn);
        },
        std::move(reply));
}

// A machine that is being deleted goes when its last execution has ended.
Result<> Runtime::Implementation::remove_if_idle(const std::string& arn)
{
    if (TRY(shared.parts.journal.running_count(arn)) > 0) return {};
    TRY(shared.parts.catalog.remove(arn));
    shared.machines.forget(arn);
    return {};
}

void Runtime::describe_machine(async::Loop& home, std::string arn,
                               Callback<MachineDescription> reply)
{
    m_impl->blocking<MachineDescription>(
        home,
        [this, arn = std::move(arn)]() -> Result<MachineDescription> {
            catalog::Catalog& catalog = m_impl->shared.parts.catalog;
            const auto missing = [&arn] {
                return fail(ErrorCode::StateMachineDoesNotExist,
                            "State Machine Does Not Exist: '{}'", arn);
            };
            const MachineName name = TRY(parse_qualified_arn(arn));
            std::optional<catalog::StateMachine> row = TRY(catalog.find(name.machine_arn));
            if (row && row->status == catalog::MachineStatus::Deleting) {
                // It may have gone in the meantime.
                TRY(m_impl->remove_if_idle(name.machine_arn));
                row = TRY(catalog.find(name.machine_arn));
            }
            if (!row || !name.label.empty()) return missing();
            MachineDescription description{*std::move(row), {}};
            if (name.qualifier.empty()) return description;
            std::int64_t number = name.version();
            if (number == 0) {
                const std::optional<catalog::Alias> alias =
                    TRY(catalog.find_alias(name.machine_arn, name.qualifier));
                if (!alias) return missing();
                number = alias->routes.front().version;
            }
            std::optional<catalog::Version> version =
                TRY(catalog.find_version(name.machine_arn, number));
            if (!version) return missing();
            catalog::StateMachine& machine = description.machine;
            machine.arn = arn;
            machine.created = version->created;
            machine.revision_id = std::move(version->revision_id);
            machine.definition = std::move(version->definition);
            machine.definition_hash = std::move(version->definition_hash);
            machine.role_arn = std::move(version->role_arn);
            machine.logging = std::move(version->logging);
            machine.tracing = std::move(version->tracing);
            machine.encryption = std::move(version->encryption);
            description.version_description = std::move(version->description);
            return description;
        },
        std::move(reply));
}

void Runtime::validate(async::Loop& home, std::string definition, asl::MachineType type,
                       Callback<std::vector<asl::Finding>> reply)
{
    m_impl->blocking<std::vector<asl::Finding>>(
        home,
        [definition = std::move(definition), type,
         newer = newer_jsonata(m_impl->shared.options)]() -> Result<std::vector<asl::Finding>> {
            return asl::compile(definition, {.type = type, .newer_jsonata = newer}).findings;
        },
        std::move(reply));
}

void Runtime::revision(async::Loop& home, std::string hash, Callback<asl::MachinePtr> reply)
{
    MachineCache& machines = m_impl->shared.machines;
    if (asl::MachinePtr known = machines.cached_revision(hash)) return reply(std::move(known));
    m_impl->blocking<asl::MachinePtr>(
        home, [&machines, hash = std::move(hash)] { return machines.revision(hash); },
        std::move(reply));
}

void Runtime::list_machines(async::Loop& home, Scope scope, std::string token, std::size_t limit,
                            Callback<MachinePage> reply)
{
    m_impl->blocking<MachinePage>(
        home,
        [this, now = home.now(), scope = std::move(scope), token = std::move(token),
         limit]() -> Result<MachinePage> {
            catalog::Catalog& catalog = m_impl->shared.parts.catalog;
            const std::string prefix = machine_arn(scope, "");
            const PageOwner owner{"machines", prefix};
            std::string after;
            if (!token.empty()) after = TRY(m_impl->page_tokens.open(owner, token, now));
            MachinePage page;
            page.machines = TRY(catalog.list(prefix, after, limit + 1));
            if (page.machines.size() > limit) {
                page.machines.resize(limit);
                page.token = m_impl->page_tokens.seal(owner, page.machines.back().arn, now);
            }
            return page;
        },
        std::move(reply));
}

void Runtime::machine_for_execution(async::Loop& home, std::string execution_arn,
                                    Callback<MachineForExecution> reply)
{
    m_impl->blocking<MachineForExecution>(
        home,
        [this, arn = std::move(execution_arn)]() -> Result<MachineForExecution> {
            Shared& shared = m_impl->shared;
            const journal::IndexRow row = TRY(find_row(shared.parts.journal, arn));
            MachineForExecution answer;
            answer.execution_arn = arn;
            if (const std::optional<catalog::StateMachine> now =
                    TRY(shared.parts.catalog.find(row.machine_arn)))
                answer.machine = *now;
            answer.machine.arn = row.machine_arn;
            answer.machine.name = TRY(parse_machine_arn(row.machine_arn));
            if (answer.machine.definition_hash != row.revision_hash) {
                const std::optional<std::string> text =
                    TRY(shared.parts.catalog.definition(row.revision_hash));
                if (!text)
                    return fail(ErrorCode::Corrupt,
                                "the definition {} that {} runs is not in the catalog",
                                row.revision_hash, arn);
                answer.machine.definition = *text;
                answer.machine.definition_hash = row.revision_hash;
                answer.machine.revision_id.clear();
            }
            return answer;
        },
        std::move(reply));
}

}  // namespace weft::runtime
