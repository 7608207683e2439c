// SPDX-License-Identifier: MIT
// Orders on paper: nothing is signed and nothing is sent. An order lands in the slot that the
// landing model draws, behind everything else in it: it meets the pool as that slot left it, with
// what our own swaps before it moved. Below its floor it reverts, and pays for that. Fees and rent
// are the executor's, a cycle's bid among them. With nodes and lanes to ask (PaperCosts)
// prices and tips are theirs; else the price is that of the settings, and nobody is tipped.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/execute/own_impact.hpp"
#include "sniperforge/execute/paper_costs.hpp"

namespace sniperforge::execute {

struct PaperTerms;

struct PaperDependencies {
    const Clock& clock;
    OwnImpact& pools;
    ExecuteEvents& events;
    Lamports token_account_rent;  // Of the longest that we may have to pay for; or as `costs` say.
    // Where the market does not show it: of cycles, in percent and for each slot until ours would
    // land, somebody else takes it first.
    std::uint32_t competition_percent = 0;
    PaperCosts* costs = nullptr;  // Of a market that tells them; outlives the desk.
    // A live feed may be cut: nobody knows what an order met in a slot that is heard of so much
    // later, and it counts as expired. Zero: every slot is heard.
    std::uint64_t slots_late_max = 0;
    // Of a live feed: nothing is heard of any pool.
    std::function<bool()> is_feed_lost = {};
    // Outcomes were reported, and no chain could tell them again: returns when they survive a kill.
    std::function<void()> write_down = {};
};

class PaperDesk final : public OrderDesk {
 public:
    // A blockhash lives for 150 blocks.
    static constexpr std::uint64_t kExpirySlots = 150;
    // Of a feed that may be cut (slots_late_max): two leaders' turns. Skipped slots are more rarely
    // in a row.
    static constexpr std::uint64_t kSlotsLateMax = 8;

    PaperDesk(const PaperDependencies& dependencies, const config::ExecutionSettings& execution,
              const config::PaperSettings& paper, std::uint64_t seed);

    void start() override;
    [[nodiscard]] bool is_ready() const override { return costs_ == nullptr || costs_->rent(); }
    [[nodiscard]] bool is_signing() const override { return false; }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override {
        return pools_.outstanding();
    }
    // Of an earlier process's books: no entry pays this rent again.
    void know_account(const Pubkey& mint) { accounts_open_.insert(mint); }

    // An entry or cycle that only our own impact refuses is rejected at once: had it moved the
    // chain's pools, the strategy would have seen that. Sales are valued behind it already.
    void submit(const ApprovedOrder& order, const Trace& trace, const SubmitHints& hints) override;
    // What was not landed when an earlier process ended never happened, and nothing is provisional.
    void resume(const OrderIntent& intent, const Signature& signature,
                BlockHeight last_valid_height, const std::optional<NonceLease>& lease) override;
    void resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                const std::optional<NonceLease>& lease) override;
    void resume_fees(Lamports paid_today) override;
    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const override;
    void expect_orders(PoolIndex pool) override;
    [[nodiscard]] Lamports token_account_rent() const override;
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime now, bool only_for_orders) override;
    [[nodiscard]] Lamports nonce_advance_cost() const override { return {}; }
    void advance(const SignatureUpdate& update) override;
    void on_slot(Slot slot) override;
    void on_tick(MonoTime now) override;
    // The run is over: what no block will take has expired now, and not in a minute.
    void give_up_lost();
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
        Offer offer{};
    };
    void settle(const Flight& flight);
    // Nobody knows what the order meets there: the feed does not hear of a pool of it.
    [[nodiscard]] bool is_unheard(const OrderIntent& intent) const;
    // What ends only with its process, or unseen, says nothing of the world: FailureClass::None.
    void expire(const Flight& flight, FailureClass failure, std::string error);
    void reject(const OrderIntent& intent, std::string error);
    [[nodiscard]] PaperTerms terms_of(const Flight& flight, Slot slot) const;
    // What the pools would refuse now, and would not without what we did ourselves.
    [[nodiscard]] bool is_own_impact_refusing(const Flight& flight) const;
    [[nodiscard]] Offer least() const {
        return {execution_.priority_price, {}, 100, execution_.trade_fee_max};
    }

    const Clock& clock_;
    OwnImpact& pools_;
    ExecuteEvents& events_;
    const config::ExecutionSettings& execution_;
    config::PaperSettings paper_;
    Lamports rent_;
    std::uint32_t competition_percent_;
    PaperCosts* costs_;
    std::uint64_t slots_late_max_;
    std::function<bool()> is_feed_lost_;
    std::function<void()> write_down_;
    std::uint64_t seed_;
    Slot slot_;
    std::map<std::uint64_t, Flight> flights_;  // By intent.
    std::set<Pubkey> accounts_open_;           // Mints.
    ExecutorStatistics statistics_;
};

}  // namespace sniperforge::execute
