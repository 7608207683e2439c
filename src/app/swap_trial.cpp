// SPDX-License-Identifier: MIT
#include "app/swap_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/trial_ground.hpp"
#include "sniperforge/dex/swap_needs.hpp"

namespace sniperforge::app {
namespace {

// So that it is seen what comes, however little.
constexpr TokenAmount kNoFloor{1};

[[nodiscard]] const rpc::AccountData* told(const std::optional<rpc::AccountData>& account) {
    return account ? &*account : nullptr;
}

[[nodiscard]] Result<TokenAmount, NoTrial> quote_of(const LivePool& live, Direction direction,
                                                    TokenAmount amount) {
    const auto quote = dex::quote_exact_in(live.pool(), direction, amount, live.context());
    if (!quote) {
        return no_trial(Error{fmt::format("no quote of {} base units: {}", amount.raw(),
                                          dex::to_string(quote.error()))});
    }
    return quote->amount_out;
}

// One swap in a transaction as the executor builds it.
class SingleTrial {
 public:
    SingleTrial(TrialGround& ground, const SwapTrialOptions& options, OrderKind kind)
        : ground_{ground}, options_{options}, kind_{kind} {}

    // `most`: of what is put in.
    [[nodiscard]] Result<void, NoTrial> try_on(const LivePool& live, TokenAmount most,
                                               SwapTrial& trial) {
        trial.kind = kind_;
        const Direction direction = is_entry() ? ground_.buying(live) : ground_.selling(live);
        const auto amount = affordable(live, direction, most, trial);
        if (!amount) {
            return Err{amount.error()};
        }
        trial.amount_in = *amount;
        const auto quoted = quote_of(live, direction, *amount);
        if (!quoted) {
            return Err{quoted.error()};
        }
        trial.quoted = *quoted;
        auto simulated = simulate(live, *amount, kNoFloor, trial.error);
        if (!simulated) {
            return Err{simulated.error()};
        }
        trial.slot = simulated->context_slot;
        trial.units_consumed = simulated->units_consumed;
        if (!trial.error.empty()) {
            return {};
        }
        const rpc::AccountData* const after = told(simulated->accounts.front());
        trial.simulated = is_entry() ? tokens_in(after).saturating_sub(ground_.held(live))
                                     : brought(live, lamports_in(after));
        return try_floor(live, trial);
    }

 private:
    [[nodiscard]] bool is_entry() const { return kind_ == OrderKind::Entry; }
    [[nodiscard]] ComputeUnits units() const { return options_.execution.swap_units; }

    [[nodiscard]] Result<TokenAmount, NoTrial> affordable(const LivePool& live, Direction direction,
                                                          TokenAmount most,
                                                          SwapTrial& trial) const {
        const Lamports of_venue = ground_.rents(live, direction);
        if (is_entry()) {
            return ground_.affordable(live, Lamports{most.raw()}, ground_.fee(units()) + of_venue);
        }
        trial.rents_max = TokenAmount{of_venue.raw()};
        const TokenAmount held = ground_.held(live);
        if (held.is_zero()) {
            return harmless(
                fmt::format("the wallet holds none of {}", ground_.token().to_string()));
        }
        return std::min(held, most);
    }

    [[nodiscard]] Result<rpc::Simulation, NoTrial> simulate(const LivePool& live,
                                                            TokenAmount amount, TokenAmount floor,
                                                            std::string& error) {
        Bytes message;
        if (auto built =
                execute::build_swap(message, ground_.intent(kind_, amount, floor), live.pool(),
                                    ground_.own(), ground_.swap_options(units()));
            !built) {
            return no_trial(Error{"building it: " + built.error().text});
        }
        auto simulated = ground_.simulate(
            message, std::array{is_entry() ? ground_.token_account() : options_.wallet});
        if (simulated && !simulated->error.empty()) {
            error = failure_of(*simulated, message);
        }
        return simulated;
    }

    // The program of the pool is all that stands between an order and a worse price. What a mint
    // takes of transfers is counted by some programs and not by others.
    [[nodiscard]] Result<void, NoTrial> try_floor(const LivePool& live, SwapTrial& trial) {
        if (trial.simulated != trial.quoted || dex::is_fee_withheld(live.pool(), ground_.token())) {
            return {};
        }
        std::string refusal;
        const auto simulated =
            simulate(live, trial.amount_in, trial.simulated + TokenAmount{1}, refusal);
        if (!simulated) {
            return Err{simulated.error()};
        }
        trial.floor = refusal.empty() ? TrialFloor::Broken : TrialFloor::Holds;
        return {};
    }

    // The wallet's own lamports, less what was in its wrapped SOL before, which is closed with it.
    [[nodiscard]] TokenAmount brought(const LivePool& live, Lamports has) const {
        const rpc::AccountData* const wrapped = live.account(ground_.sol_account());
        const bool is_closed = !dex::is_native_sol(live.pool());
        const Lamports had = lamports_in(live.account(options_.wallet)) +
                             (is_closed ? lamports_in(wrapped) : Lamports{});
        return TokenAmount{(has + ground_.fee(units())).saturating_sub(had).raw()};
    }

    TrialGround& ground_;
    const SwapTrialOptions& options_;
    OrderKind kind_;
};

[[nodiscard]] Result<SwapTrial, NoTrial> try_single(const SwapTrialOptions& options, OrderKind kind,
                                                    TokenAmount most) {
    auto ground = TrialGround::find(options);
    if (!ground) {
        return Err{ground.error()};
    }
    SingleTrial single{*ground, options, kind};
    return try_until_still(*ground, [&](const LivePool& live, SwapTrial& trial) {
        return single.try_on(live, most, trial);
    });
}

}  // namespace

Result<SwapTrial, NoTrial> try_entry(const SwapTrialOptions& options, Lamports amount) {
    return try_single(options, OrderKind::Entry, TokenAmount{amount.raw()});
}

Result<SwapTrial, NoTrial> try_exit(const SwapTrialOptions& options, TokenAmount amount) {
    return try_single(options, OrderKind::Exit, amount);
}

}  // namespace sniperforge::app
