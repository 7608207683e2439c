// SPDX-License-Identifier: MIT
#include "app/trial_ground.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "app/await_answer.hpp"
#include "app/program_errors.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::app {
namespace {

// Less than this buys nothing that could be compared.
constexpr Lamports kEntryMin{100'000};

}  // namespace

Result<TrialGround, NoTrial> TrialGround::find(const SwapTrialOptions& options) {
    TrialGround ground{options};
    ground.sol_account_ = ground.own_.account(solana::kWrappedSolMint, solana::kTokenProgram);
    const auto live = read_live_pool(options.reactor, options.rpc, options.pool, {});
    if (!live) {
        return no_trial(live.error());
    }
    const dex::Pool& pool = live->pool();
    const auto buying = dex::direction_spending(pool, solana::kWrappedSolMint);
    if (!buying) {
        return harmless("it does not trade SOL: only cycles pass through it");
    }
    const bool is_token_b = *buying == Direction::AToB;
    ground.token_ = is_token_b ? dex::mint_b(pool) : dex::mint_a(pool);
    ground.token_account_ = ground.own_.account(
        ground.token_, is_token_b ? dex::token_program_b(pool) : dex::token_program_a(pool));
    const auto rent = await_answer<rpc::RpcResult<Lamports>>(options.reactor, [&](auto done) {
        options.rpc.get_minimum_balance_for_rent_exemption(solana::kTokenAccountBytes,
                                                           std::move(done));
    });
    if (!rent) {
        return no_trial(Error{"reading the rent of a token account: " + rent.error().text()});
    }
    ground.token_account_rent_ = *rent;
    return ground;
}

Result<LivePool> TrialGround::read() const {
    return read_live_pool(options_.reactor, options_.rpc, options_.pool,
                          std::array{options_.wallet, token_account_, sol_account_});
}

bool TrialGround::is_still(const LivePool& before, const LivePool& after) const {
    return before.is_one_read && before.is_as(after) &&
           std::ranges::all_of(
               std::array{options_.wallet, token_account_, sol_account_}, [&](const Pubkey& key) {
                   const rpc::AccountData* const one = before.account(key);
                   const rpc::AccountData* const other = after.account(key);
                   return one == nullptr || other == nullptr
                              ? one == other
                              : one->lamports == other->lamports && one->data == other->data;
               });
}

TokenAmount TrialGround::held(const LivePool& live) const {
    return tokens_in(live.account(token_account_));
}

Direction TrialGround::buying(const LivePool& live) const {
    return *dex::direction_spending(live.pool(), solana::kWrappedSolMint);
}
Direction TrialGround::selling(const LivePool& live) const {
    return *dex::direction_spending(live.pool(), token_);
}

Lamports TrialGround::fee(ComputeUnits units) const {
    return solana::base_fee(1) + solana::priority_fee(options_.execution.priority_price, units);
}

Lamports TrialGround::rents(const LivePool& live, Direction direction) const {
    const dex::SwapRents accounts = dex::swap_rents(live.pool(), direction);
    Lamports sum;
    for (int i = accounts.of_user + accounts.of_pool; i > 0; --i) {
        sum += token_account_rent_;
    }
    return sum;
}

Result<TokenAmount, NoTrial> TrialGround::affordable(const LivePool& live, Lamports most,
                                                     Lamports costs) const {
    const Lamports has = lamports_in(live.account(options_.wallet));
    const Lamports all_costs = costs + token_account_rent_ + token_account_rent_;
    const Lamports left = has.saturating_sub(all_costs);
    if (left < kEntryMin) {
        return harmless(fmt::format(
            "the wallet has {} SOL, fees and rents of one swap take {} and the least that says "
            "something is {}: fund it",
            format_sol(has), format_sol(all_costs), format_sol(kEntryMin)));
    }
    return TokenAmount{std::min(left, most).raw()};
}

OrderIntent TrialGround::intent(OrderKind kind, TokenAmount amount, TokenAmount floor) const {
    const bool is_entry = kind == OrderKind::Entry;
    OrderIntent intent;
    intent.kind = kind;
    intent.mint_in = is_entry ? solana::kWrappedSolMint : token_;
    intent.mint_out = is_entry ? token_ : solana::kWrappedSolMint;
    intent.amount_in = amount;
    intent.receive_min = floor;
    intent.pool_id = options_.pool;
    return intent;
}

execute::SwapOptions TrialGround::swap_options(ComputeUnits units) const {
    const bool is_v1 = options_.execution.transaction_version == "v1";
    return {.price = options_.execution.priority_price,
            .units = units,
            .blockhash = {},
            .version = is_v1 ? solana::MessageVersion::V1 : solana::MessageVersion::V0,
            .tables = is_v1 ? std::span<const solana::AddressLookupTable>{} : options_.tables};
}

Result<rpc::Simulation, NoTrial> TrialGround::simulate(const Bytes& message,
                                                       std::span<const Pubkey> watched) const {
    const auto wire = solana::unsigned_transaction(message);
    if (!wire) {
        return no_trial(Error{"building it: " + wire.error().text});
    }
    auto simulated =
        await_answer<rpc::RpcResult<rpc::Simulation>>(options_.reactor, [&](auto done) {
            rpc::simulate_transaction(options_.rpc, *wire, watched, Commitment::Processed,
                                      std::move(done));
        });
    if (!simulated) {
        return no_trial(Error{"simulateTransaction: " + simulated.error().text()});
    }
    return std::move(*simulated);
}

TokenAmount tokens_in(const rpc::AccountData* account) {
    return account == nullptr ? TokenAmount{}
                              : solana::token_account_amount(account->data).value_or(TokenAmount{});
}

Lamports lamports_in(const rpc::AccountData* account) {
    return account == nullptr ? Lamports{} : account->lamports;
}

std::string failure_of(const rpc::Simulation& simulation, const Bytes& message) {
    std::vector<Pubkey> programs;
    if (const auto parsed = solana::parse_message(message)) {
        for (const auto& instruction : parsed->instructions) {
            programs.push_back(instruction.program_id_index < parsed->account_keys.size()
                                   ? parsed->account_keys[instruction.program_id_index]
                                   : Pubkey{});
        }
    }
    return failure_text(simulation.error, simulation.logs, programs);
}

}  // namespace sniperforge::app
