#include "gateway/extractive/lexicon.h"

#include "gateway/extractive/stem.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

namespace weft::gateway::extractive {
namespace {

using Set = std::set<std::string, std::less<>>;

Set split(std::string_view list)
{
    Set result;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(' '), list.size());
        if (end > 0) result.emplace(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return result;
}

constexpr std::string_view stop_words = "a an and or but nor the this that these those there here "
                                        "it its itself he him his she her hers they them their "
                                        "theirs we us our ours you your yours i me my mine is are "
                                        "was were be been being am do does did doing done have has "
                                        "had having will would shall should can could may might "
                                        "must of in on at by for with about against between into "
                                        "through during before after above below to from up down "
                                        "out off over under again further then once as if than so "
                                        "because while until although though whether what which "
                                        "who whom whose when where why how all any both each few "
                                        "more most other some such no not only own same too very "
                                        "just also even ever never s t d ll m re ve one";

constexpr std::string_view question_words =
    "please describe explain list tell outline detail details detailed give state name provide "
    "provided provides "
    "providing offer offers offered offering include includes including included company companies "
    "organization "
    "organisation vendor supplier bidder firm business kind kinds type types sort way ways use "
    "uses used using many "
    "much long often make makes made take takes get gets exactly currently current specific "
    "specifically information "
    "overview summary summarize summarise summarizing discuss elaborate share let know following "
    "question questions "
    "answer answers based text according approach approaches like e g etc example examples need "
    "needs want relevant "
    "available various able typically usually generally solution solutions product products "
    "regarding concerning related terms say says said happen happens mean means able work works "
    "handle handles handled show shows showing result results achieve "
    "achieved system systems different now today business existing hold holds help helps ensure "
    "ensures";

constexpr std::string_view number_words =
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand "
    "thousands million "
    "millions billion dozen dozens half once twice single several";

constexpr std::string_view months_and_days =
    "january february march april may june july august september october november december monday "
    "tuesday wednesday "
    "thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays spring summer "
    "autumn winter";

constexpr std::string_view time_units = "second seconds minute minutes hour hours day days week "
                                        "weeks month months quarter quarters year years decade "
                                        "decades night nightly hourly daily weekly monthly "
                                        "quarterly yearly annually immediately overnight";

constexpr std::string_view currencies =
    "$ € £ usd eur gbp chf dollar dollars euro euros pound pounds francs cent cents free";

// One group a line. Broad words are left out: a group that fits everything makes every question
// answerable.
constexpr std::array<std::string_view, 66> groups{
    "price pricing cost costs fee fees charge tariff subscription licence license rate expensive",
    "pay payment payments invoice invoiced billing billed salary wage",
    "customer customers client clients buyer subscriber",
    "reference references testimonial contactable referee",
    "reference references customer client",
    "case studies study story stories engagement",
    "employee employees staff workforce headcount people personnel worker workers employ employs "
    "engineers colleagues",
    "security secure secured encryption encrypt encrypted protect protection penetration "
    "vulnerability firewall",
    "compliance compliant certification certifications certificate certified accredited audit "
    "audited iso soc gdpr",
    "security certified iso soc",
    "backup backups snapshot snapshots restore restored",
    "recovery recover disaster failover restore restored rto rpo",
    "scalability scale scales scaling scalable capacity elastic autoscaling grow growth peak "
    "throughput load",
    "support helpdesk desk hotline assistance ticket tickets",
    "support incident incidents response",
    "management manage manager managed manages managing",
    "project projects milestone milestones methodology agile scrum sprint implementation rollout "
    "onboarding",
    "deliver delivery delivers delivered ship shipping shipped dispatch",
    "headquarters headquartered located location based office offices seat",
    "found founded founder founders establish established started began launched create created "
    "opened "
    "set",
    "ceo chief executive director head lead leads led leader boss runs run president manages "
    "managing",
    "come comes visit visits visitor visitors",
    "sell sells sold sale buy",
    "owner owners owned owns own family shareholder",
    "revenue turnover sales income earnings",
    "profit margin earnings",
    "uptime availability sla outage downtime",
    "integrate integrates integration integrations api apis connector connectors interface connect "
    "connects",
    "deploy deployment deployed host hosted hosting cloud premises datacenter datacentre",
    "data-centre data-center centre center centres centers region regions",
    "train training trained workshop workshops course courses academy",
    "contract contracts agreement term",
    "cancel cancellation terminate termination notice refund",
    "warranty guarantee guaranteed guarantees warranted",
    "fast quick quickly speed latency performance rapid soon",
    "buy purchase purchased order ordered acquire acquired bought",
    "technical technology technologies architecture engineering",
    "platform software system systems",
    "critical urgent severe highest priority",
    "capability capabilities feature features function functions functionality",
    "language languages multilingual translated",
    "partner partners partnership alliance",
    "environment environmental sustainability sustainable emission emissions carbon climate green "
    "recycled",
    "waste recycling recycle recycled landfill",
    "energy electricity power solar",
    "product products catalogue range",
    "produce produces production manufacture manufactured manufacturing factory plant makes made",
    "size large big small tall",
    "weight weigh weighs heavy kilogram kilograms kg",
    "vehicle vehicles car cars truck trucks van vans fleet",
    "holiday holidays vacation leave",
    "hire hiring recruit recruits recruitment job jobs vacancy",
    "discount discounts reduction rebate cheaper",
    "minimum least smallest",
    "maximum most largest biggest",
    "retention retain retained keep kept stored store",
    "delete deleted erase erased deletion",
    "authentication sso login sign password mfa",
    "monitor monitoring monitored observability alert alerts",
    "test tests testing tested",
    "open opened opening opens hours",
    "return returns refund exchange",
    "country countries nation market markets",
    "award awards prize won",
    "school schools pupil pupils student students class classes teacher teachers",
    "respond responds response reply answered responded",
};

using GroupsOfStem = std::map<std::string, std::vector<std::uint16_t>, std::less<>>;

GroupsOfStem build_index()
{
    GroupsOfStem index;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (const std::string& word : split(groups[i])) {
            auto& mine = index[stem(word)];
            const auto number = static_cast<std::uint16_t>(i);
            if (std::ranges::find(mine, number) == mine.end()) mine.push_back(number);
        }
    }
    return index;
}

}  // namespace

bool is_stop_word(std::string_view word)
{
    static const Set set = split(stop_words);
    return set.contains(word);
}

bool is_question_word(std::string_view word)
{
    static const Set set = split(question_words);
    return set.contains(word);
}

bool is_number_word(std::string_view word)
{
    static const Set set = split(number_words);
    return set.contains(word);
}

bool is_month_or_day(std::string_view word)
{
    static const Set set = split(months_and_days);
    return set.contains(word);
}

bool is_time_unit(std::string_view word)
{
    static const Set set = split(time_units);
    return set.contains(word);
}

bool is_currency(std::string_view word)
{
    static const Set set = split(currencies);
    return set.contains(word);
}

std::span<const std::uint16_t> synonym_groups(std::string_view stem)
{
    static const GroupsOfStem index = build_index();
    const auto found = index.find(stem);
    if (found == index.end()) return {};
    return found->second;
}

}  // namespace weft::gateway::extractive
