// SPDX-License-Identifier: MIT
// A person at the drill's daemons: pauses, flattens and resumes at drawn moments, whichever daemon
// lives then. Nothing is bought in between, whatever else happens.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/manual_command.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

struct DrillPlan;

struct DrillCommand {
    Duration at{0};  // From the start of the run; later, where no daemon can take it then.
    engine::OperatorCommand command;
};

// Of the seed: the other forks are the plan's.
inline constexpr std::uint64_t kCommandsFork = 7'007;
// Some runs have some; the last one resumes. Where others say what is held, none has.
void draw_commands(DrillPlan& plan, Rng rng);

class DrillCommands {
 public:
    DrillCommands(std::vector<DrillCommand> commands, std::function<MonoTime()> now)
        : commands_{std::move(commands)}, now_{std::move(now)} {}

    void begin() { began_ = now_(); }
    // The next that is due, until a daemon has taken it.
    [[nodiscard]] std::optional<engine::OperatorCommand> due() const;
    void obeyed(const ManualResult& result);
    // What a daemon that is killed has not written of a `resume` was answered to nobody, and stands
    // for nobody after it; until then what it buys is wanted.
    void life_begins() { is_resumed_ = false; }
    void on_order(std::uint64_t intent);
    // Orders behind a `resume` of their own daemon's life.
    [[nodiscard]] const std::set<std::uint64_t>& resumed() const { return resumed_; }
    // All were taken.
    [[nodiscard]] bool is_over() const { return taken_ == commands_.size(); }
    [[nodiscard]] std::size_t taken() const { return taken_; }

 private:
    std::vector<DrillCommand> commands_;
    std::function<MonoTime()> now_;
    MonoTime began_;
    std::size_t taken_ = 0;
    bool is_resumed_ = false;
    std::set<std::uint64_t> resumed_;
};

// Entries and cycles that were signed while a pause or a flattening stood, as the journal of all
// lives tells; each as a sentence. Those that are `resumed` were wanted.
[[nodiscard]] std::vector<std::string> bought_against_orders(
    const std::string& journal_path, const std::set<std::uint64_t>& resumed);

}  // namespace sniperforge::app
