// SPDX-License-Identifier: MIT
// Orders on paper: nothing is signed and nothing is sent. An order lands in the slot that the
// landing model draws, behind everything else in it: it meets the pool as that slot left it, with
// what our own swaps before it moved. Below its floor it reverts, and pays for that. Fees and rent
// are the executor's, of a cycle what it pays at least; nobody is tipped.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/execute/own_impact.hpp"

namespace sniperforge::execute {

struct PaperDependencies {
    const Clock& clock;
    OwnImpact& pools;
    ExecuteEvents& events;
    Lamports token_account_rent;  // Of the longest that we may have to pay for.
    // Where the market does not show it: of cycles, in percent and for each slot until ours would
    // land, somebody else takes it first.
    std::uint32_t competition_percent = 0;
};

class PaperDesk final : public OrderDesk {
 public:
    // A blockhash lives for 150 blocks.
    static constexpr std::uint64_t kExpirySlots = 150;

    PaperDesk(const PaperDependencies& dependencies, const config::ExecutionSettings& execution,
              const config::PaperSettings& paper, std::uint64_t seed);

    void submit(const ApprovedOrder& order, const Trace& trace, const SubmitHints& hints) override;
    // What was not landed when an earlier process ended never happened, and nothing is provisional.
    void resume(const OrderIntent& intent, const Signature& signature,
                BlockHeight last_valid_height, const std::optional<NonceLease>& lease) override;
    void resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                const std::optional<NonceLease>& lease) override;
    void resume_fees(Lamports paid_today) override;
    // The fixed price of the settings; no lane takes part, so that there is no tip.
    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const override;
    void expect_orders(PoolIndex pool) override;
    [[nodiscard]] Lamports token_account_rent() const override { return rent_; }
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime now, bool only_for_orders) override;
    [[nodiscard]] Lamports nonce_advance_cost() const override { return {}; }
    void advance(const SignatureUpdate& update) override;
    void on_slot(Slot slot) override;
    void on_tick(MonoTime now) override;
    [[nodiscard]] std::size_t in_flight() const override { return flights_.size(); }
    [[nodiscard]] std::size_t fills_doubted() const override { return 0; }
    [[nodiscard]] const ExecutorStatistics& statistics() const override { return statistics_; }

 private:
    struct Flight {
        OrderIntent intent;
        SubmitHints hints;
        MonoTime submitted_at;
        Slot ends_at;  // When its slot is over.
        bool is_landing = false;
        bool is_taken = false;  // By somebody else, before it lands.
    };
    void settle(const Flight& flight);
    [[nodiscard]] ComputeUnits units_of(const OrderIntent& intent) const;

    const Clock& clock_;
    OwnImpact& pools_;
    ExecuteEvents& events_;
    const config::ExecutionSettings& execution_;
    config::PaperSettings paper_;
    Lamports rent_;
    std::uint32_t competition_percent_;
    std::uint64_t seed_;
    Slot slot_;
    std::map<std::uint64_t, Flight> flights_;  // By intent.
    std::set<Pubkey> accounts_open_;           // Mints.
    ExecutorStatistics statistics_;
};

}  // namespace sniperforge::execute
