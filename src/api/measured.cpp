#include "api/measured.h"

#include <algorithm>
#include <utility>

namespace weft::api {

// Looks at the answer on its way. What it counts into lives as long as it does.
class Measured::Answer final : public net::Responder {
public:
    Answer(std::shared_ptr<net::Responder> next, std::shared_ptr<Row> row,
           std::shared_ptr<observability::Counter> ended, async::Loop& loop)
        : m_next(std::move(next)), m_row(std::move(row)), m_ended(std::move(ended)), m_loop(loop),
          m_begin(loop.steady_nanoseconds())
    {
    }
    // Nobody answered: the connection gives a 500 of its own.
    ~Answer() override
    {
        if (m_ended) count(500);
    }

    void respond(net::ServerResponse response) override
    {
        if (m_ended) count(response.status);
        m_next->respond(std::move(response));
    }
    bool gone() const override { return m_next->gone(); }
    void on_gone(std::function<void()> leave) override { m_next->on_gone(std::move(leave)); }

private:
    void count(int status)
    {
        const auto known = std::ranges::find(statuses, status);
        const auto index = known == statuses.end()
                               ? statuses.size() - 1
                               : static_cast<std::size_t>(known - statuses.begin());
        m_row->by_status[index].add();
        m_row->microseconds.add((m_loop.steady_nanoseconds() - m_begin) / 1'000);
        std::exchange(m_ended, nullptr)->add();
    }

    std::shared_ptr<net::Responder> m_next;
    std::shared_ptr<Row> m_row;
    std::shared_ptr<observability::Counter> m_ended;  // none once counted
    async::Loop& m_loop;
    const std::uint64_t m_begin;
};

Measured::Measured(net::Handler& next, std::vector<std::string_view> operations)
    : m_next(next), m_begun(std::make_shared<observability::Counter>()),
      m_ended(std::make_shared<observability::Counter>())
{
    for (const std::string_view operation : operations) {
        m_rows.push_back(std::make_shared<Row>());
        m_rows.back()->operation = operation;
    }
    m_rows.push_back(std::make_shared<Row>());
    m_rows.back()->operation = "other";
}

Measured::~Measured() = default;

std::shared_ptr<Measured::Row> Measured::row_of(const net::ServerRequest& request) const
{
    const std::string_view target = request.header("x-amz-target");
    const std::size_t dot = target.find('.');
    const std::string_view name = dot == std::string_view::npos ? "" : target.substr(dot + 1);
    const auto others = std::prev(m_rows.end());
    const auto found = std::lower_bound(
        m_rows.begin(), others, name,
        [](const auto& row, std::string_view wanted) { return row->operation < wanted; });
    return found != others && (*found)->operation == name ? *found : *others;
}

void Measured::handle(async::Loop& loop, const net::ServerRequest& request,
                      std::shared_ptr<net::Responder> responder)
{
    m_begun->add();
    m_next.handle(loop, request,
                  std::make_shared<Answer>(std::move(responder), row_of(request), m_ended, loop));
}

void Measured::each(const std::function<void(const Row&)>& see) const
{
    for (const auto& row : m_rows) see(*row);
}

std::uint64_t Measured::under_way() const
{
    // Ended first: one that ends in between must not make it negative.
    const std::uint64_t ended = m_ended->value();
    const std::uint64_t begun = m_begun->value();
    return begun > ended ? begun - ended : 0;
}

}  // namespace weft::api
