#pragma once

#include "net/http_server.h"
#include "observability/metrics.h"

#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace weft::api {

// Counts the requests of the handler behind it and the time to their answers: by operation, which
// is one of a known list or "other", and by status.
class Measured final : public net::Handler {
public:
    // `operations`: names as X-Amz-Target has them behind the dot; sorted; they must outlive it.
    Measured(net::Handler& next, std::vector<std::string_view> operations);
    ~Measured() override;

    void handle(async::Loop& loop, const net::ServerRequest& request,
                std::shared_ptr<net::Responder> responder) override;

    // The statuses that are told apart; the last stands for all others.
    static constexpr std::array statuses = {200, 400, 403, 405, 500, 503, 0};

    struct Row {
        std::string_view operation;
        std::array<observability::Counter, statuses.size()> by_status;
        observability::Histogram microseconds;
    };
    // Any thread.
    void each(const std::function<void(const Row&)>& see) const;
    std::uint64_t under_way() const;

private:
    class Answer;

    std::shared_ptr<Row> row_of(const net::ServerRequest& request) const;

    net::Handler& m_next;
    std::vector<std::shared_ptr<Row>> m_rows;  // sorted by operation; the last is "other"
    std::shared_ptr<observability::Counter> m_begun;
    std::shared_ptr<observability::Counter> m_ended;
};

}  // namespace weft::api
