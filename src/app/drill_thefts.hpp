// SPDX-License-Identifier: MIT
// Tokens of the wallet that others took in a drill, or brought, and what the daemon must make of
// it: both sides are told, nothing is bought from then on until a person has accepted it, what is
// gone is not sold again and again, what was brought is nobody's position, and nothing else is sold
// because of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "app/drill_records.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/run_report.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/world_faults.hpp"

namespace sniperforge::app {

struct DrillPlan;
// What is taken, what is brought, and the lives up to the acceptance.
void draw_thefts(DrillPlan& plan, Rng& rng);

class DrillThefts {
 public:
    struct Options {
        Pubkey wallet;
        bool is_holding = false;  // Sold is only what is worth nothing or pulled.
        std::function<std::string()> journal;
        std::function<MonoTime()> now;
        std::function<void(std::string)> violate;
    };
    explicit DrillThefts(Options options) : options_{std::move(options)} {}

    // What others did since the last call, as the chain has it.
    void note(const sim::Meddling& meddling);
    void life_begins(bool is_shortfall_accepted);
    // With each order that is new to the chain.
    void on_order(const RingOrder& order, const sim::Chain& chain);
    // The journal has both sides of all that is missing, or nothing is. Looks now and then.
    [[nodiscard]] bool is_told();
    [[nodiscard]] bool is_any_missing() const;
    // When it was first seen to be told.
    [[nodiscard]] const std::optional<MonoTime>& told_at() const { return told_at_; }

    // At the end of a life that nobody has accepted anything in: it differs by just that.
    void check_doubted(const engine::RunReport& report);
    // At the end of the last one. `tale` is that of all lives.
    void check_end(const JournalTale& tale);
    // The books took over what somebody else did to these tokens.
    [[nodiscard]] bool is_explained(const std::string& note) const;

 private:
    // Of one mint.
    struct Change {
        std::uint64_t taken = 0, brought = 0;
        std::uint64_t taken_in = 0;  // Of what was brought: the books have it.
        unsigned tried = 0;          // Sales of what is known to be gone, in this life.
        [[nodiscard]] std::int64_t missing() const {
            return static_cast<std::int64_t>(taken + taken_in - brought);
        }
    };
    void look(const JournalTale& tale);

    Options options_;
    std::map<Pubkey, Change> changes_;
    std::map<std::string, std::int64_t> accepted_;  // What must have been: by mint.
    std::optional<MonoTime> told_at_, changed_at_;
    MonoTime looked_at_;
    bool is_told_ = false;
};

}  // namespace sniperforge::app
