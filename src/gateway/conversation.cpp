#include "gateway/conversation.h"

namespace weft::gateway {
namespace {

std::string join_text(const std::vector<Block>& blocks)
{
    std::string text;
    for (const Block& block : blocks) {
        if (block.kind != Block::Kind::Text && block.kind != Block::Kind::ToolResult) continue;
        if (!text.empty() && !block.text.empty()) text += "\n\n";
        text += block.text;
    }
    return text;
}

}  // namespace

Block Block::of_text(std::string_view text)
{
    Block block;
    block.text = text;
    return block;
}

std::string Turn::text() const
{
    return join_text(blocks);
}

std::string Completion::text() const
{
    return join_text(blocks);
}

}  // namespace weft::gateway
