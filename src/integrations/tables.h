#pragma once

#include "integrations/integration.h"
#include "integrations/mock_integration.h"
#include "mocks/script.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::integrations {

// Resource → integration from rows. The partition of a resource may be aws, aws-cn or aws-us-gov.
// Owns the integrations.
class ResourceTable final : public Table {
public:
    struct Row {
        // In partition aws: arn:aws:states:::bedrock:invokeModel. With `*` for the action: all of
        // a service's. `.waitForTaskToken` is found without it: the pattern is the engine's.
        std::string_view resource;
        std::unique_ptr<Integration> integration;
    };
    explicit ResourceTable(std::vector<Row> rows);

    Integration* find(std::string_view resource) const override;

private:
    std::map<std::string, std::unique_ptr<Integration>, std::less<>> m_rows;
};

// Every resource there is, answered from a script: `weft run --mocks FILE`, `weft test`. A call
// that the file does not name fails with an error that says so.
class MockTable final : public Table {
public:
    explicit MockTable(std::shared_ptr<mocks::Script> script) : m_integration(std::move(script)) {}
    Integration* find(std::string_view) const override { return &m_integration; }

private:
    mutable MockIntegration m_integration;
};

// The script for the states and resources it names, the table below for all else. Borrows `below`.
class OverlayTable final : public Table {
public:
    OverlayTable(std::shared_ptr<mocks::Script> script, const Table& below);
    ~OverlayTable() override;
    Integration* find(std::string_view resource) const override;

private:
    class Overlay;
    std::unique_ptr<Overlay> m_overlay;
};

}  // namespace weft::integrations
