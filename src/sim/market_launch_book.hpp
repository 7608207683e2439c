// SPDX-License-Identifier: MIT
// What the launches of both venues have in common: when they are born, what a slot of their life
// is, how they are traded, and when they are forgotten. A venue says how each of it is done.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/market_fate.hpp"
#include "sim/market_traders.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/sim/scenario.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::sim {

struct LaunchLife : LaunchFate {
    Pubkey mint, creator;
    Pubkey funder;  // Who paid for the creator's key.
    std::vector<Pubkey> buyers;
    double launch_price = 0;  // Lamports per base unit: where the path to the peak begins.
    double age_minutes = 0;
    bool is_over = false;  // Rugged or out of life: nobody trades any more.
};

// One trade of the tape: which way, and by what part the price moves.
struct LaunchTrade {
    bool is_buy = false;
    double step = 0;
};
[[nodiscard]] LaunchTrade draw_trade(Rng& rng, const LaunchLife& launch, double price);

// Whether someone outside of the market has tokens of it. `holders` are the venue's own.
[[nodiscard]] bool is_held_outside(const Chain& chain, const LaunchLife& launch,
                                   const Pubkey& token_program,
                                   std::initializer_list<Pubkey> holders);

// How many are born in a slot of so many market minutes, how often one is traded in it, and how
// much SOL a seed has.
[[nodiscard]] std::uint32_t draw_births(Rng& rng, const Scenario& scenario, double minutes);
[[nodiscard]] std::uint32_t draw_trades(Rng& rng, const Scenario& scenario, double minutes);
[[nodiscard]] double draw_seed_sol(Rng& rng, const Scenario& scenario);

template <typename Launch>
class LaunchBook {
 public:
    // Lets market time pass for every launch.
    void advance(double minutes) {
        for (Launch& launch : launches_) {
            launch.age_minutes += minutes;
        }
    }
    // New launches, trades, collapses, rugs and retirements of one slot that covers `minutes`.
    void run_slot(double minutes) {
        for (Launch& launch : launches_) {
            if (!launch.is_over) {
                run(launch, minutes);
            }
        }
        for (auto n = draw_births(rng_, scenario_, minutes); n > 0; --n) {
            create();
        }
        constexpr std::uint64_t kRetireEverySlots = 16;
        if (++slots_ % kRetireEverySlots == 0) {
            retire();
        }
    }
    [[nodiscard]] std::size_t alive() const { return launches_.size(); }

 protected:
    LaunchBook(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
               ClusterStatistics& statistics)
        : chain_{chain},
          scenario_{scenario},
          traders_{traders},
          statistics_{statistics},
          rng_{rng},
          funder_rng_{rng.fork(kFunders)} {}
    ~LaunchBook() = default;

    // A transaction of its own, which the creator's past begins with.
    [[nodiscard]] bool fund_creator(Launch& launch, Lamports amount) {
        const double again = scenario_.launch_funder_again_probability;
        if (funder_last_.is_zero() || !funder_rng_.chance(again)) {
            funder_last_ = random_key(funder_rng_);
        }
        launch.funder = funder_last_;
        constexpr Lamports kSpare{kLamportsPerSol};
        create_wallet(chain_, launch.funder, amount + kSpare);
        return chain_
            .execute_unsigned(launch.funder,
                              {solana::system_transfer({launch.funder, launch.creator, amount})})
            .has_value();
    }

    // A name of its own, or the last one again.
    [[nodiscard]] const std::string& draw_name(const Pubkey& mint) {
        // Nothing is drawn where there are no copies: the other launches stay as they are.
        const bool is_copy = !name_last_.empty() && scenario_.launch_copy_probability > 0 &&
                             rng_.chance(scenario_.launch_copy_probability);
        if (!is_copy) {
            name_last_ = mint.to_string().substr(0, 6);
        }
        return name_last_;
    }

    virtual bool put_on_chain(Launch& launch, double seed_sol) = 0;
    // What the venue does before anyone trades in a slot. The factor on the hazard of a collapse;
    // nothing where there is no trade in this slot.
    virtual std::optional<double> begin_slot(Launch& launch) = 0;
    virtual void trade(Launch& launch) = 0;
    // Every buyer sells this part of what he has.
    virtual void sell_off(Launch& launch, double part) = 0;
    virtual void rug(Launch& launch) = 0;
    [[nodiscard]] virtual bool is_held(const Launch& launch) const = 0;
    virtual void erase(const Launch& launch) = 0;

    void open_buyers(Launch& launch) {
        constexpr std::size_t kBuyers = 3;
        for (std::size_t i = 0; i < kBuyers; ++i) {
            const Pubkey& buyer = traders_.pick(rng_);
            if (std::ranges::find(launch.buyers, buyer) == launch.buyers.end()) {
                create_token_account(chain_, buyer, launch.mint, TokenAmount{});
                launch.buyers.push_back(buyer);
            }
        }
    }

    Chain& chain_;
    const Scenario& scenario_;
    Traders& traders_;
    ClusterStatistics& statistics_;
    Rng rng_;

 private:
    void create() {
        if (launches_.size() >= scenario_.launch_pools_max) {
            return;  // retire() makes room; what is still held stays.
        }
        Launch launch;
        launch.mint = random_key(rng_);
        launch.creator = random_key(rng_);
        static_cast<LaunchFate&>(launch) = draw_fate(rng_, scenario_);
        if (put_on_chain(launch, draw_seed_sol(rng_, scenario_))) {
            ++statistics_.launches;
            launches_.push_back(std::move(launch));
        } else {
            erase(launch);
        }
    }
    void run(Launch& launch, double minutes) {
        if (launch.age_minutes > scenario_.launch_life_minutes) {
            launch.is_over = true;
            return;
        }
        const auto hazard_factor = begin_slot(launch);
        if (!hazard_factor) {
            return;
        }
        if (launch.rug_minutes > 0 && launch.age_minutes >= launch.rug_minutes) {
            rug(launch);
            return;
        }
        if (!launch.has_buyers) {
            return;
        }
        const bool is_after_peak = launch.age_minutes > launch.rise_minutes;
        const double hazard = scenario_.launch_collapse_per_minute * *hazard_factor;
        if (is_after_peak && rng_.chance(1.0 - std::exp(-hazard * minutes))) {
            sell_off(launch, 0.3 + 0.6 * rng_.uniform());
            return;
        }
        for (auto n = draw_trades(rng_, scenario_, minutes); n > 0; --n) {
            trade(launch);
        }
    }
    // Removes launches that are over and that nobody outside of the market holds.
    void retire() {
        if (chain_.is_forked()) {
            return;  // Those who hold it nowhere now may hold it again once the fork is over.
        }
        const bool is_full = launches_.size() >= scenario_.launch_pools_max;
        std::size_t retired = 0;
        std::erase_if(launches_, [&](const Launch& launch) {
            // One that is over stays for half a life, so that late readers still find it. When
            // there is no room the oldest eighth goes.
            const bool is_done =
                launch.is_over && launch.age_minutes > 1.5 * scenario_.launch_life_minutes;
            const bool makes_room = is_full && retired < scenario_.launch_pools_max / 8 + 1;
            if ((!is_done && !makes_room) || is_held(launch)) {
                return false;
            }
            erase(launch);
            ++retired;
            return true;
        });
    }

    static constexpr std::uint64_t kFunders = 0x66756e64;  // Of a stream of its own.

    std::vector<Launch> launches_;  // Oldest first.
    Rng funder_rng_;
    Pubkey funder_last_;
    std::string name_last_;  // Of the newest launch, for its copies.
    std::uint64_t slots_ = 0;
};

}  // namespace sniperforge::sim
