// SPDX-License-Identifier: MIT
#include "app/pool_dumps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <variant>

#include "app/system_time.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/price.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// Pools first make known what they need; what that holds may make more known: a bitmap where the
// tick arrays are, for one.
constexpr int kPasses = 3;
// Beyond any slot of the next ten thousand years: whatever a quote waits for has happened.
constexpr Slot kLateSlot{1'000'000'000'000};

[[nodiscard]] std::unexpected<NoRun> usage(std::string text) {
    return std::unexpected{NoRun{kExitUsage, std::move(text)}};
}
[[nodiscard]] std::unexpected<NoRun> failure(std::string text) {
    return std::unexpected{NoRun{kExitFailed, std::move(text)}};
}

[[nodiscard]] AccountUpdate update_of(const AccountDump& dump) {
    // A dump may leave its lamports out, and an account that holds data exists.
    const Lamports lamports =
        dump.lamports.is_zero() && !dump.data.empty() ? Lamports{1} : dump.lamports;
    return {Slot{1}, dump.pubkey, dump.owner, lamports, dump.data};
}

struct Question {
    Pubkey pool;
    Pubkey mint_in;
    TokenAmount amount;
    std::int64_t unix_time = 0;
    std::optional<BasisPoints> depth_limit;
};

[[nodiscard]] Result<Question, NoRun> parse(const QuoteArguments& arguments) {
    const auto pool = Pubkey::parse(arguments.pool);
    if (!pool) {
        return usage("--pool: " + pool.error().text);
    }
    const auto mint_in = Pubkey::parse(arguments.mint_in);
    if (!mint_in) {
        return usage("--in: " + mint_in.error().text);
    }
    const auto amount = parse_decimal(arguments.amount, 0);
    if (!amount) {
        return usage("--amount is in base units: " + amount.error().text);
    }
    if (*amount == 0) {
        return usage("--amount 0: there is nothing to swap; the least is 1 base unit");
    }
    Question question{*pool,
                      *mint_in,
                      TokenAmount{*amount},
                      arguments.unix_time.value_or(system_wall_now().seconds()),
                      {}};
    if (arguments.depth_bps) {
        question.depth_limit = BasisPoints{*arguments.depth_bps};
    }
    return question;
}

[[nodiscard]] std::string names_of(std::span<const Pubkey> keys) {
    std::string names;
    for (const Pubkey& key : keys) {
        names += " " + key.to_string();
    }
    return names;
}

[[nodiscard]] const AccountDump* dump_of(std::span<const AccountDump> dumps, const Pubkey& key) {
    const auto found = std::ranges::find(dumps, key, &AccountDump::pubkey);
    return found == dumps.end() ? nullptr : &*found;
}

// A book without the pool: what its dump lacks.
[[nodiscard]] std::string text_of_missing_pool(const Pubkey& pool,
                                               std::span<const AccountDump> dumps,
                                               std::span<const RefusedDump> refused,
                                               const std::string& directory) {
    const AccountDump* const dump = dump_of(dumps, pool);
    if (dump == nullptr) {
        return fmt::format(
            "no dump of pool {} in {} ({} dumps read): put there what `solana account {} --output "
            "json` prints",
            pool.to_string(), directory, dumps.size(), pool.to_string());
    }
    const auto why = std::ranges::find(refused, pool, &RefusedDump::pubkey);
    if (why != refused.end()) {
        return why->text;
    }
    return fmt::format(
        "{}: account {} of {} bytes, owned by {}, is not a pool of a venue that is known here",
        dump->file, pool.to_string(), dump->data.size(), dump->owner.to_string());
}

[[nodiscard]] bool is_vault(const dex::Pool& pool, const Pubkey& account) {
    return std::visit(
        [&](const auto& p) {
            if constexpr (requires { p.vault_a == p.vault_b; }) {
                return account == p.vault_a || account == p.vault_b;
            } else {
                return false;
            }
        },
        pool.state);
}

// Of accounts that belong to this pool alone: arrays of ticks or bins, and bitmaps, which come into
// being when somebody needs them. Vaults, configs and mints exist, whatever has been dumped.
[[nodiscard]] std::vector<Pubkey> perhaps_absent(const dex::PoolBook& book, PoolIndex index,
                                                 std::span<const AccountDump> dumps) {
    const dex::Pool& pool = book.pool(index);
    std::vector<Pubkey> accounts = book.own_accounts_of(index);
    std::erase_if(accounts, [&](const Pubkey& account) {
        return account == dex::id_of(pool) || is_vault(pool, account) ||
               dump_of(dumps, account) != nullptr;
    });
    return accounts;
}

[[nodiscard]] std::vector<Pubkey> assume_absent(DumpBook& dumped, PoolIndex index,
                                                std::span<const AccountDump> dumps) {
    std::vector<Pubkey> assumed;
    std::vector<dex::BookChange> changes;
    for (int pass = 0; pass < kPasses; ++pass) {
        for (const Pubkey& account : perhaps_absent(dumped.book, index, dumps)) {
            const AccountUpdate absent{Slot{1}, account, solana::kSystemProgram, Lamports{}, {}};
            if (std::ranges::find(assumed, account) == assumed.end() &&
                dumped.book.apply(absent, changes)) {
                assumed.push_back(account);
            }
        }
    }
    return assumed;
}

[[nodiscard]] std::string_view explained(dex::QuoteError error) {
    switch (error) {
        case dex::QuoteError::PoolIncomplete:
            return "an account that the quote needs is missing or unreadable";
        case dex::QuoteError::SwapDisabled:
            return "the pool's status, or its opening at this --time and --slot, forbids swaps";
        case dex::QuoteError::AmountZero:
            return "so little in that nothing comes out";
        case dex::QuoteError::ExceedsReserve:
            return "more than the pool holds, or than the dumps show of its liquidity";
        case dex::QuoteError::Overflow:
            return "an amount is above 64 bits";
        case dex::QuoteError::Unsupported:
            return "a mode that is not known here, or a mint whose transfers may do anything";
    }
    return "unknown";
}

[[nodiscard]] std::string text_of_refusal(dex::QuoteError error, const QuoteArguments& arguments,
                                          const DumpBook& dumped, PoolIndex index,
                                          std::span<const AccountDump> dumps) {
    std::string text =
        fmt::format("no quote: {}: --amount {}{}: {}", dex::to_string(error), arguments.amount,
                    arguments.is_exact_out ? " --exact-out" : "", explained(error));
    if (error != dex::QuoteError::PoolIncomplete && error != dex::QuoteError::ExceedsReserve) {
        return text;
    }
    const dex::Pool& pool = dumped.book.pool(index);
    const std::vector<Pubkey> needed = dex::accounts_needed(pool);
    for (const RefusedDump& dump : dumped.refused) {
        if (std::ranges::find(needed, dump.pubkey) != needed.end()) {
            text += "; " + dump.text;
        }
    }
    if (dex::mint_a(pool).is_zero()) {
        text += "; the pool's account does not name its coin: dump the coin's mint too";
    }
    std::vector<Pubkey> missing = accounts_missing(pool, dumps);
    const std::vector<Pubkey> absent = perhaps_absent(dumped.book, index, dumps);
    if (arguments.is_absence_assumed) {  // A word of the operator's that was taken.
        std::erase_if(missing, [&](const Pubkey& account) {
            return std::ranges::find(absent, account) != absent.end();
        });
    } else if (!absent.empty()) {
        text +=
            "; where an array or bitmap does not exist on the chain, say so with "
            "--assume-absent";
    }
    if (!missing.empty()) {
        text += "; not in the dumps:" + names_of(missing);
    }
    return text;
}

// Quote and depth at one slot.
struct Answer {
    dex::QuoteResult quote;
    dex::Depth depth;

    [[nodiscard]] bool is_as(const Answer& other) const {
        if (!quote || !other.quote) {
            return !quote && !other.quote && quote.error() == other.quote.error();
        }
        return quote->amount_in == other.quote->amount_in &&
               quote->amount_out == other.quote->amount_out &&
               quote->trade_fee == other.quote->trade_fee &&
               depth.amount_in == other.depth.amount_in &&
               depth.amount_out == other.depth.amount_out;
    }
};

[[nodiscard]] Answer ask(const PricedSwap& swap, const Question& question, bool is_exact_out,
                         Slot slot) {
    const auto context = dex::quote_context(question.unix_time, slot);
    Answer answer{
        .quote = is_exact_out
                     ? dex::quote_exact_out(swap.pool, swap.direction, question.amount, context)
                     : dex::quote_exact_in(swap.pool, swap.direction, question.amount, context),
        .depth = {}};
    if (question.depth_limit && answer.quote) {
        answer.depth = dex::depth_within(swap.pool, swap.direction, *question.depth_limit, context);
    }
    return answer;
}

[[nodiscard]] Result<void, NoRun> find_sides(PricedSwap& swap, const Question& question) {
    const auto direction = dex::direction_spending(swap.pool, swap.mint_in);
    if (!direction) {
        const Pubkey& a = dex::mint_a(swap.pool);
        return failure(fmt::format("pool {} trades {} and {}, not --in {}",
                                   question.pool.to_string(),
                                   a.is_zero() ? "a mint that no dump names" : a.to_string(),
                                   dex::mint_b(swap.pool).to_string(), swap.mint_in.to_string()));
    }
    swap.direction = *direction;
    swap.mint_out = dex::mint_bought(swap.pool, *direction);
    return {};
}

}  // namespace

DumpBook book_of(std::span<const AccountDump> dumps, const Pubkey& mint) {
    DumpBook dumped;
    std::vector<dex::BookChange> changes;
    if (!mint.is_zero()) {
        dumped.book.name_mint(mint, changes);
    }
    for (int pass = 0; pass < kPasses; ++pass) {
        dumped.refused.clear();  // What an earlier pass refused may have come too early.
        for (const AccountDump& dump : dumps) {
            const auto applied = dumped.book.apply(update_of(dump), changes);
            if (!applied) {
                dumped.refused.push_back({dump.pubkey, dump.file + ": " + applied.error().text});
            }
        }
    }
    return dumped;
}

std::vector<Pubkey> accounts_missing(const dex::Pool& pool, std::span<const AccountDump> dumps) {
    std::vector<Pubkey> missing = dex::accounts_needed(pool);
    std::erase_if(missing,
                  [&](const Pubkey& account) { return dump_of(dumps, account) != nullptr; });
    return missing;
}

std::optional<std::string> price_of(const dex::Pool& pool, std::span<const AccountDump> dumps,
                                    std::span<const RefusedDump> refused) {
    if (dex::mint_a(pool).is_zero()) {
        return std::nullopt;
    }
    for (const Pubkey& account : dex::accounts_needed(pool)) {
        const bool is_priced_by =
            account == dex::mint_a(pool) || account == dex::mint_b(pool) || is_vault(pool, account);
        const bool is_seen =
            dump_of(dumps, account) != nullptr &&
            std::ranges::find(refused, account, &RefusedDump::pubkey) == refused.end();
        if (is_priced_by && !is_seen) {
            return std::nullopt;
        }
    }
    return dex::price_text(dex::marginal_price(pool), dex::decimals_a(pool), dex::decimals_b(pool));
}

Result<PricedSwap, NoRun> price_swap(const QuoteArguments& arguments) {
    const auto question = parse(arguments);
    if (!question) {
        return std::unexpected{question.error()};
    }
    if (!std::filesystem::is_directory(arguments.accounts)) {
        return usage(fmt::format("--accounts {}: no such directory", arguments.accounts));
    }
    const auto dumps = read_account_dumps(arguments.accounts);
    if (!dumps) {
        return failure(dumps.error().text);
    }
    DumpBook dumped = book_of(*dumps, question->mint_in);
    const auto index = dumped.book.find(question->pool);
    if (!index) {
        return failure(
            text_of_missing_pool(question->pool, *dumps, dumped.refused, arguments.accounts));
    }
    PricedSwap swap{.pool = {}, .mint_in = question->mint_in, .mint_out = {}, .quote = {}};
    if (arguments.is_absence_assumed) {
        swap.assumed_absent = assume_absent(dumped, *index, *dumps);
    }
    swap.pool = dumped.book.pool(*index);
    if (const auto sides = find_sides(swap, *question); !sides) {
        return std::unexpected{sides.error()};
    }
    swap.depth_limit = question->depth_limit;
    swap.unix_time = question->unix_time;
    swap.slot = arguments.slot;
    const Answer answer =
        ask(swap, *question, arguments.is_exact_out, Slot{arguments.slot.value_or(0)});
    if (!arguments.slot && !answer.is_as(ask(swap, *question, arguments.is_exact_out, kLateSlot))) {
        return usage(fmt::format(
            "pool {} opens, or takes fees, by slot or epoch: say of which --slot the quote is to "
            "be (`solana slot`)",
            question->pool.to_string()));
    }
    if (!answer.quote) {
        return failure(text_of_refusal(answer.quote.error(), arguments, dumped, *index, *dumps));
    }
    swap.quote = *answer.quote;
    swap.depth = answer.depth;
    return swap;
}

}  // namespace sniperforge::app
