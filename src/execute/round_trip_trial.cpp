// SPDX-License-Identifier: MIT
#include "sniperforge/execute/round_trip_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "execute/failure.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/displace.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/program_errors.hpp"
#include "sniperforge/execute/swap_builder.hpp"
#include "sniperforge/signer/own_accounts.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::execute {
namespace {

// By so much the node's pool may be dearer than ours. Beyond it is not tried there and then.
constexpr std::uint64_t kRoomBps = 300;
// Fees, rents of both token accounts, of a volume accumulator and of the venue's own: each about
// 0.002 SOL.
constexpr Lamports kCostsMax{10'000'000};
// Less than this buys nothing that could be compared.
constexpr Lamports kAmountMin{100'000};

[[nodiscard]] std::uint64_t with_room(Lamports amount) {
    return mul_div_ceil(amount.raw(), kBasisPointsOne + kRoomBps, kBasisPointsOne)
        .value_or(kU64Max);
}

[[nodiscard]] OrderIntent order(OrderKind kind, const Pubkey& token, TokenAmount amount,
                                TokenAmount receive) {
    const bool is_entry = kind == OrderKind::Entry;
    OrderIntent intent;
    intent.kind = kind;
    intent.mint_in = is_entry ? solana::kWrappedSolMint : token;
    intent.mint_out = is_entry ? token : solana::kWrappedSolMint;
    intent.amount_in = amount;
    intent.receive_min = receive;
    return intent;
}

[[nodiscard]] std::string refusal(const RoundTripReading& reading, const ChainFailure& failure) {
    const std::string_view part = reading.is_of_sale ? "the sale" : "the purchase";
    if (!failure.program_error.empty()) {
        return fmt::format("{} failed: {}", part, failure.program_error);
    }
    const std::string program = reading.programs_failed.empty()
                                    ? std::string{"a program"}
                                    : error_program_name(reading.programs_failed.front());
    return fmt::format("{} failed: {}: {}", part, program, reading.error);
}

}  // namespace

Lamports round_trip_funds(Lamports amount) {
    return Lamports{with_room(amount)}.saturating_add(kCostsMax);
}

Lamports round_trip_amount(Lamports has, Lamports most) {
    const Lamports left = has.saturating_sub(kCostsMax);
    const Lamports amount{
        mul_div_floor(left.raw(), kBasisPointsOne, kBasisPointsOne + kRoomBps).value_or(0)};
    return amount < kAmountMin ? Lamports{} : std::min(amount, most);
}

Result<RoundTripTrial> build_round_trip(const dex::Pool& pool, const Pubkey& wallet,
                                        const RoundTripTrialOptions& options) {
    const auto buying = dex::direction_spending(pool, solana::kWrappedSolMint);
    if (!buying) {
        return fail("building a round trip: the pool does not trade SOL");
    }
    const auto bought =
        dex::quote_exact_in(pool, *buying, TokenAmount{options.amount.raw()}, options.context);
    if (!bought) {
        return fail(fmt::format("building a round trip: no quote of {} lamports: {}",
                                options.amount.raw(), dex::to_string(bought.error())));
    }
    // Where ticks or bins make the price it stays as it was: seldom a purchase leaves the array of
    // them that it began in.
    dex::Pool between = pool;
    (void)dex::displace(between, *buying, *bought);
    const Pubkey token = dex::mint_bought(pool, *buying);
    const std::uint64_t kept = kBasisPointsOne - std::min(options.lost_max.raw(), kBasisPointsOne);
    const std::uint64_t brought =
        mul_div_ceil(options.amount.raw(), kept, kBasisPointsOne).value_or(kU64Max);
    const OrderIntent entry =
        order(OrderKind::Entry, token, TokenAmount{with_room(options.amount)}, bought->amount_out);
    const OrderIntent exit = order(OrderKind::Exit, token, bought->amount_out,
                                   TokenAmount{std::max<std::uint64_t>(brought, 1)});
    signer::OwnAccounts own{wallet};
    Bytes message;
    const auto sale = build_resale(message,
                                   {.entry = entry,
                                    .before = pool,
                                    .exit = exit,
                                    .between = between,
                                    .is_bought_exactly = true},
                                   own,
                                   {.price = {},
                                    .units = solana::kComputeUnitLimitMax,  // Nobody pays them.
                                    .blockhash = {},
                                    .version = options.version});
    if (!sale) {
        return Err{sale.error()};
    }
    auto wire = solana::unsigned_transaction(message);
    if (!wire) {
        return Err{wire.error()};
    }
    return RoundTripTrial{std::move(*wire), *sale};
}

RoundTripOutcome outcome_of(const RoundTripReading& reading, VenueId venue) {
    RoundTripOutcome outcome{.slot = reading.slot};
    if (!reading.unread.empty()) {
        outcome.problem = reading.unread;
        return outcome;
    }
    if (reading.error.empty()) {
        outcome.end = RoundTripEnd::Sold;
        return outcome;
    }
    VenueSet venues;
    venues.add(venue);
    const ChainFailure failure = chain_failure(reading.error, reading.programs_failed, venues);
    if (failure.failure != FailureClass::ProgramError &&
        failure.failure != FailureClass::Slippage) {
        outcome.problem = "it did not run: " +
                          (failure.program_error.empty() ? reading.error : failure.program_error);
        return outcome;
    }
    outcome.problem = refusal(reading, failure);
    switch (failure.action) {
        case FailureAction::Requote:
            // The purchase is refused where the node's pool is dearer than there is room for.
            outcome.end = reading.is_of_sale ? RoundTripEnd::Dear : RoundTripEnd::Unknown;
            break;
        case FailureAction::StopEntries:      // The wallet lacks SOL for it.
        case FailureAction::RefreshAccounts:  // Ours were not the node's.
            break;
        case FailureAction::None:
        case FailureAction::QuarantineToken:
            outcome.end = RoundTripEnd::Refused;
            break;
    }
    return outcome;
}

}  // namespace sniperforge::execute
