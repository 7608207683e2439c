// SPDX-License-Identifier: MIT
// A timeline of faults as flat `key: value` pairs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "sim/fault_fields.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::uint64_t kSecondsMax = 86'400;
constexpr std::string_view kNode = "node", kHealthy = "healthy";

// Who is meant, in the order in which it is played at one time. Nodes have a number, the others
// these names.
enum class Subject : std::uint8_t { All, Fork, Jupiter, Clock, Market, Rug, Shape, Node };
constexpr auto kSubjectNames =
    std::to_array<std::string_view>({"all", "fork", "jupiter", "clock", "market", "rug", "shape"});

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{value}
                                                                    : std::nullopt;
}

struct Target {
    std::uint64_t second = 0;
    Subject subject = Subject::All;
    std::size_t node = 0;

    [[nodiscard]] auto operator<=>(const Target&) const = default;
};

struct Path {
    Target target;
    std::string_view field;
};

Result<Path> read_path(std::string_view key, std::size_t node_count) {
    const std::size_t first = std::min(key.find('.'), key.size());
    const std::string_view rest = key.substr(std::min(first + 1, key.size()));
    const std::size_t second = std::min(rest.find('.'), rest.size());
    const std::string_view who = rest.substr(0, second);
    Path path;
    path.field = rest.substr(std::min(second + 1, rest.size()));
    const auto at = whole_number<std::uint64_t>(key.substr(0, first));
    if (!at || *at > kSecondsMax || path.field.empty()) {
        return fail(
            fmt::format("write SECONDS.nodeN.FAULT, or all, fork, jupiter, clock, market, rug, "
                        "shape instead of nodeN, "
                        "with whole seconds up to {}",
                        kSecondsMax));
    }
    path.target.second = *at;
    if (const auto named = std::ranges::find(kSubjectNames, who); named != kSubjectNames.end()) {
        path.target.subject = static_cast<Subject>(named - kSubjectNames.begin());
        return path;
    }
    const auto node =
        who.starts_with(kNode) ? whole_number<std::size_t>(who.substr(kNode.size())) : std::nullopt;
    if (!node) {
        return fail(
            fmt::format("'{}' is neither {} nor nodeN", who, fmt::join(kSubjectNames, ", ")));
    }
    if (*node >= node_count) {
        return fail(
            fmt::format("there is no {}: the nodes are node0 to node{}", who, node_count - 1));
    }
    path.target.subject = Subject::Node;
    path.target.node = *node;
    return path;
}

Result<void> assign_fork(ForkOptions& fork, std::string_view field, std::string_view text) {
    if (field == "slots") {
        const auto slots = whole_number<std::uint32_t>(text);
        if (!slots || *slots == 0 || *slots > kForkSlotsMax) {
            return fail(
                fmt::format("'{}' is not a whole number from 1 to {}", text, kForkSlotsMax));
        }
        fork.slots = *slots;
        return {};
    }
    bool ForkOptions::* const member = field == "is_confirmed"  ? &ForkOptions::is_confirmed
                                       : field == "is_requeued" ? &ForkOptions::is_requeued
                                       : field == "are_reverts_told"
                                           ? &ForkOptions::are_reverts_told
                                           : nullptr;
    if (member == nullptr) {
        return fail(
            "unknown option; a fork has slots, is_confirmed, is_requeued, are_reverts_told");
    }
    const auto flag = read_flag(text);
    if (!flag) {
        return Err{flag.error()};
    }
    fork.*member = *flag;
    return {};
}

template <typename Faults>
std::string known_keys() {
    std::vector<std::string_view> keys{kHealthy};
    for (const auto& field : fields_of<Faults>()) {
        keys.push_back(field.key);
    }
    return fmt::format("{}", fmt::join(keys, ", "));
}

template <typename Faults>
Result<void> assign(std::optional<Faults>& faults, std::string_view key, std::string_view text) {
    if (!faults) {
        faults.emplace();
    }
    if (key == kHealthy) {
        return text == "true" ? Result<void>{}
                              : fail("write true: whatever is not listed with it is healthy");
    }
    const auto field = std::ranges::find(fields_of<Faults>(), key, &FieldOf<Faults>::key);
    if (field == fields_of<Faults>().end()) {
        return fail("unknown fault; they are " + known_keys<Faults>());
    }
    return assign_fault(*faults, *field, text);
}

Result<void> assign(FaultEvent& event, const Path& path, std::string_view text) {
    switch (path.target.subject) {
        case Subject::Fork:
            event.fork = event.fork.value_or(ForkOptions{});
            return assign_fork(*event.fork, path.field, text);
        case Subject::Jupiter:
            return assign(event.jupiter, path.field, text);
        case Subject::Clock:
            return assign(event.clock, path.field, text);
        case Subject::Market:
            return assign(event.market, path.field, text);
        case Subject::Rug:
            return assign(event.rug, path.field, text);
        case Subject::Shape:
            return assign(event.shape, path.field, text);
        case Subject::Node:
            event.node = path.target.node;
            [[fallthrough]];
        case Subject::All:
            return assign(event.faults, path.field, text);
    }
    SF_ASSERT(false);
}

}  // namespace

Result<std::vector<FaultEvent>> fault_timeline(std::span<const ScenarioPair> pairs,
                                               std::size_t node_count) {
    std::map<Target, FaultEvent> events;
    std::map<Target, ScenarioPair> forks;  // The last line of each.
    std::vector<std::string> problems;
    for (const ScenarioPair& pair : pairs) {
        const auto note = [&](const Error& error) {
            problems.push_back(fmt::format("{}: {}: {}", pair.line, pair.key, error.text));
        };
        const auto path = read_path(pair.key, node_count);
        if (!path) {
            note(path.error());
            continue;
        }
        FaultEvent& event = events[path->target];
        event.at = std::chrono::seconds{path->target.second};
        const auto assigned = assign(event, *path, pair.value);
        if (event.fork) {
            forks.insert_or_assign(path->target, pair);
        }
        if (!assigned) {
            note(assigned.error());
        }
    }
    for (const auto& [target, last] : forks) {
        if (auto checked = check(*events.at(target).fork); !checked) {
            problems.push_back(
                fmt::format("{}: {}: {}", last.line, last.key, checked.error().text));
        }
    }
    if (!problems.empty()) {
        return fail(fmt::format("{}", fmt::join(problems, "\n")));
    }
    std::vector<FaultEvent> timeline;
    for (auto& [target, event] : events) {
        timeline.push_back(std::move(event));
    }
    return timeline;
}

}  // namespace sniperforge::sim
