// SPDX-License-Identifier: MIT
#include "app/swap_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "app/await_answer.hpp"
#include "app/live_pool.hpp"
#include "app/program_errors.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/execute/swap_builder.hpp"
#include "sniperforge/rpc/simulation.hpp"
#include "sniperforge/signer/own_accounts.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::app {
namespace {

// A pool that trades is seldom still for long: so often it is tried to catch it so.
constexpr int kTrialsMax = 5;
// Less than this buys nothing that could be compared.
constexpr Lamports kEntryMin{100'000};

class Trial {
 public:
    Trial(const SwapTrialOptions& options, OrderKind kind)
        : options_{options}, own_{options.wallet} {
        trial_.kind = kind;
    }

    [[nodiscard]] Result<SwapTrial, NoTrial> run(TokenAmount amount) {
        amount_ = amount;
        if (auto found = find_sides(); !found) {
            return Err{found.error()};
        }
        auto before = read();
        for (int tries = 0; tries < kTrialsMax && before; ++tries) {
            if (auto tried = try_on(*before); !tried) {
                return Err{tried.error()};
            }
            auto after = read();
            if (!after) {
                return no_trial(after.error());
            }
            trial_.is_pool_settled =
                before->is_one_read && before->is_as(*after) && are_ours_as(*before, *after);
            if (trial_.is_pool_settled) {
                break;
            }
            before = std::move(after);
        }
        if (!before) {
            return no_trial(before.error());
        }
        return trial_;
    }

 private:
    [[nodiscard]] static Err<NoTrial> no_trial(const Error& why) {
        return Err{NoTrial{false, why.text}};
    }
    [[nodiscard]] static Err<NoTrial> harmless(std::string text) {
        return Err{NoTrial{true, std::move(text)}};
    }
    [[nodiscard]] bool is_entry() const { return trial_.kind == OrderKind::Entry; }
    [[nodiscard]] Result<LivePool> read() const {
        return read_live_pool(options_.reactor, options_.rpc, options_.pool,
                              std::array{options_.wallet, token_account_, sol_account_});
    }

    // A daemon with this wallet may trade meanwhile, in another pool.
    [[nodiscard]] bool are_ours_as(const LivePool& one, const LivePool& other) const {
        return std::ranges::all_of(
            std::array{options_.wallet, token_account_, sol_account_}, [&](const Pubkey& key) {
                const rpc::AccountData* const before = one.account(key);
                const rpc::AccountData* const after = other.account(key);
                return before == nullptr || after == nullptr
                           ? before == after
                           : before->lamports == after->lamports && before->data == after->data;
            });
    }

    // The token, and our accounts of it and of wrapped SOL.
    [[nodiscard]] Result<void, NoTrial> find_sides() {
        sol_account_ = own_.account(solana::kWrappedSolMint, solana::kTokenProgram);
        const auto live = read_live_pool(options_.reactor, options_.rpc, options_.pool, {});
        if (!live) {
            return no_trial(live.error());
        }
        const dex::Pool& pool = live->pool();
        const auto buying = dex::direction_spending(pool, solana::kWrappedSolMint);
        if (!buying) {
            return harmless("it does not trade SOL: only cycles pass through it");
        }
        const bool is_token_b = *buying == Direction::AToB;
        token_ = is_token_b ? dex::mint_b(pool) : dex::mint_a(pool);
        token_account_ = own_.account(
            token_, is_token_b ? dex::token_program_b(pool) : dex::token_program_a(pool));
        const auto rent = await_answer<rpc::RpcResult<Lamports>>(options_.reactor, [&](auto done) {
            options_.rpc.get_minimum_balance_for_rent_exemption(solana::kTokenAccountBytes,
                                                                std::move(done));
        });
        if (!rent) {
            return no_trial(Error{"reading the rent of a token account: " + rent.error().text()});
        }
        rent_ = *rent;
        return {};
    }

    [[nodiscard]] Lamports fee() const {
        return solana::base_fee(1) + solana::priority_fee(options_.execution.priority_price,
                                                          options_.execution.swap_units);
    }
    [[nodiscard]] static TokenAmount tokens_in(const rpc::AccountData* account) {
        return account == nullptr
                   ? TokenAmount{}
                   : solana::token_account_amount(account->data).value_or(TokenAmount{});
    }

    // What the wallet can put in; an error when that is too little.
    [[nodiscard]] Result<TokenAmount, NoTrial> affordable(const LivePool& live,
                                                          Direction direction) {
        const dex::SwapRents rents = dex::swap_rents(live.pool(), direction);
        Lamports of_venue;
        for (int i = rents.of_user + rents.of_pool; i > 0; --i) {
            of_venue += rent_;
        }
        if (!is_entry()) {
            trial_.rents_max = TokenAmount{of_venue.raw()};
            const TokenAmount held = tokens_in(live.account(token_account_));
            if (held.is_zero()) {
                return harmless(fmt::format("the wallet holds none of {}", token_.to_string()));
            }
            return std::min(held, amount_);
        }
        const rpc::AccountData* const wallet = live.account(options_.wallet);
        const Lamports has = wallet == nullptr ? Lamports{} : wallet->lamports;
        const Lamports costs = fee() + rent_ + rent_ + of_venue;
        const Lamports left = has.saturating_sub(costs);
        if (left < kEntryMin) {
            return harmless(fmt::format(
                "the wallet has {} SOL, fees and rents of one swap take {} and the least that says "
                "something is {}: fund it",
                format_sol(has), format_sol(costs), format_sol(kEntryMin)));
        }
        return std::min(TokenAmount{left.raw()}, amount_);
    }

    [[nodiscard]] Result<void, NoTrial> try_on(const LivePool& live) {
        const dex::Pool& pool = live.pool();
        const Pubkey& spent = is_entry() ? solana::kWrappedSolMint : token_;
        const Direction direction = *dex::direction_spending(pool, spent);
        const auto amount = affordable(live, direction);
        if (!amount) {
            return Err{amount.error()};
        }
        trial_.amount_in = *amount;
        const auto quote = dex::quote_exact_in(pool, direction, *amount, live.context());
        if (!quote) {
            return no_trial(Error{fmt::format("no quote of {} base units: {}", amount->raw(),
                                              dex::to_string(quote.error()))});
        }
        trial_.quoted = quote->amount_out;
        OrderIntent intent;
        intent.kind = trial_.kind;
        intent.mint_in = spent;
        intent.mint_out = is_entry() ? token_ : solana::kWrappedSolMint;
        intent.amount_in = *amount;
        intent.receive_min = TokenAmount{1};  // So that it is seen what comes, however little.
        intent.pool_id = options_.pool;
        Bytes message;
        const bool is_v1 = options_.execution.transaction_version == "v1";
        if (auto built = execute::build_swap(
                message, intent, pool, own_,
                {.price = options_.execution.priority_price,
                 .units = options_.execution.swap_units,
                 .blockhash = {},
                 .version = is_v1 ? solana::MessageVersion::V1 : solana::MessageVersion::V0,
                 .tables =
                     is_v1 ? std::span<const solana::AddressLookupTable>{} : options_.tables});
            !built) {
            return no_trial(Error{"building it: " + built.error().text});
        }
        return simulate(live, message);
    }

    [[nodiscard]] Result<void, NoTrial> simulate(const LivePool& live, const Bytes& message) {
        const auto wire = solana::unsigned_transaction(message);
        if (!wire) {
            return no_trial(Error{"building it: " + wire.error().text});
        }
        const std::array watched{is_entry() ? token_account_ : options_.wallet};
        const auto simulated =
            await_answer<rpc::RpcResult<rpc::Simulation>>(options_.reactor, [&](auto done) {
                rpc::simulate_transaction(options_.rpc, *wire, watched, Commitment::Processed,
                                          std::move(done));
            });
        if (!simulated) {
            return no_trial(Error{"simulateTransaction: " + simulated.error().text()});
        }
        trial_.slot = simulated->context_slot;
        trial_.units_consumed = simulated->units_consumed;
        trial_.error.clear();
        if (!simulated->error.empty()) {
            trial_.error = failure_text(simulated->error, simulated->logs, programs_of(message));
            return {};
        }
        const auto& after = simulated->accounts.front();
        trial_.simulated = is_entry() ? bought(live, after) : brought(live, after);
        return {};
    }

    [[nodiscard]] TokenAmount bought(const LivePool& live,
                                     const std::optional<rpc::AccountData>& after) const {
        return tokens_in(after ? &*after : nullptr)
            .saturating_sub(tokens_in(live.account(token_account_)));
    }
    // The wallet's own lamports, less what was in its wrapped SOL before, which is closed with it.
    [[nodiscard]] TokenAmount brought(const LivePool& live,
                                      const std::optional<rpc::AccountData>& after) const {
        const rpc::AccountData* const wallet = live.account(options_.wallet);
        const rpc::AccountData* const wrapped = live.account(sol_account_);
        const bool is_closed = wrapped != nullptr && !dex::is_native_sol(live.pool());
        const Lamports had = (wallet == nullptr ? Lamports{} : wallet->lamports) +
                             (is_closed ? wrapped->lamports : Lamports{});
        const Lamports has = after ? after->lamports : Lamports{};
        return TokenAmount{(has + fee()).saturating_sub(had).raw()};
    }

    [[nodiscard]] static std::vector<Pubkey> programs_of(const Bytes& message) {
        std::vector<Pubkey> programs;
        if (const auto parsed = solana::parse_message(message)) {
            for (const auto& instruction : parsed->instructions) {
                programs.push_back(instruction.program_id_index < parsed->account_keys.size()
                                       ? parsed->account_keys[instruction.program_id_index]
                                       : Pubkey{});
            }
        }
        return programs;
    }

    const SwapTrialOptions& options_;
    signer::OwnAccounts own_;
    TokenAmount amount_;
    Pubkey token_, token_account_, sol_account_;
    Lamports rent_;
    SwapTrial trial_;
};

}  // namespace

Result<SwapTrial, NoTrial> try_entry(const SwapTrialOptions& options, Lamports amount) {
    return Trial{options, OrderKind::Entry}.run(TokenAmount{amount.raw()});
}

Result<SwapTrial, NoTrial> try_exit(const SwapTrialOptions& options, TokenAmount amount) {
    return Trial{options, OrderKind::Exit}.run(amount);
}

}  // namespace sniperforge::app
