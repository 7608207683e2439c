// SPDX-License-Identifier: MIT
#include "sniperforge/engine/marks_aside.hpp"

#include <algorithm>

namespace sniperforge::engine {

std::vector<PositionMarked> MarksAside::take(const RecorderItem& item) {
    if (const auto* marked = std::get_if<PositionMarked>(&item)) {
        return judge(*marked);
    }
    if (const auto* intent = std::get_if<OrderIntent>(&item)) {
        if (intent->kind == OrderKind::Exit) {
            exits_[intent->intent_id.value] = intent->position_id.value;
        }
    } else if (const auto* denied = std::get_if<IntentDenied>(&item)) {
        return end(denied->intent_id, false);
    } else if (const auto* report = std::get_if<ExecutionReport>(&item)) {
        // Of one whose outcome is not known another report follows.
        if (report->outcome != Outcome::Unknown) {
            return end(report->intent_id, report->outcome == Outcome::Landed);
        }
    }
    return {};
}

std::vector<PositionMarked> MarksAside::judge(const PositionMarked& marked) {
    if (!is_leaving(marked.position_id.value)) {
        return {marked};
    }
    const Lamports value = marked.value;
    Held& held =
        held_.try_emplace(marked.position_id.value, Held{value, value, value}).first->second;
    held = {std::min(held.lowest, value), std::max(held.highest, value), value};
    return {};
}

bool MarksAside::is_leaving(std::uint64_t position) const {
    return std::ranges::any_of(exits_, [&](const auto& exit) { return exit.second == position; });
}

std::vector<PositionMarked> MarksAside::end(IntentId exit, bool has_landed) {
    const auto ended = exits_.extract(exit.value);
    if (ended.empty()) {
        return {};
    }
    const std::uint64_t position = ended.mapped();
    if (has_landed) {
        held_.erase(position);
        return {};
    }
    if (is_leaving(position)) {
        return {};  // Another one may have made the price.
    }
    const auto held = held_.extract(position);
    if (held.empty()) {
        return {};
    }
    const auto& [lowest, highest, last] = held.mapped();
    return {{PositionId{position}, lowest},
            {PositionId{position}, highest},
            {PositionId{position}, last}};
}

}  // namespace sniperforge::engine
