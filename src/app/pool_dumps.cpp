// SPDX-License-Identifier: MIT
#include "app/pool_dumps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/quote_context.hpp"

namespace sniperforge::app {
namespace {

// Pools first make known what they need; what that holds may make more known: a bitmap where the
// tick arrays are, for one.
constexpr int kPasses = 3;

[[nodiscard]] AccountUpdate update_of(const AccountDump& dump) {
    // A dump may leave its lamports out, and an account that holds data exists.
    const Lamports lamports =
        dump.lamports.is_zero() && !dump.data.empty() ? Lamports{1} : dump.lamports;
    return {Slot{1}, dump.pubkey, dump.owner, lamports, dump.data};
}

[[nodiscard]] std::int64_t unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())  // A command, not a stage.
        .count();
}

struct Question {
    Pubkey pool;
    Pubkey mint_in;
    TokenAmount amount;
    dex::QuoteContext context;
};

[[nodiscard]] Result<Question> parse(const QuoteArguments& arguments) {
    const auto pool = Pubkey::parse(arguments.pool);
    if (!pool) {
        return fail("--pool", pool.error());
    }
    const auto mint_in = Pubkey::parse(arguments.mint_in);
    if (!mint_in) {
        return fail("--in", mint_in.error());
    }
    const auto amount = parse_decimal(arguments.amount, 0);
    if (!amount) {
        return fail("--amount is in base units", amount.error());
    }
    return Question{
        *pool, *mint_in, TokenAmount{*amount},
        dex::quote_context(arguments.unix_time.value_or(unix_now()), Slot{arguments.slot})};
}

[[nodiscard]] std::string names_of(std::span<const Pubkey> keys) {
    std::string names;
    for (const Pubkey& key : keys) {
        names += " " + key.to_string();
    }
    return names;
}

}  // namespace

dex::PoolBook book_of(std::span<const AccountDump> dumps, const Pubkey& mint) {
    dex::PoolBook book;
    std::vector<dex::BookChange> changes;
    if (!mint.is_zero()) {
        book.name_mint(mint, changes);
    }
    for (int pass = 0; pass < kPasses; ++pass) {
        for (const AccountDump& dump : dumps) {
            (void)book.apply(update_of(dump), changes);
        }
    }
    return book;
}

std::vector<Pubkey> accounts_missing(const dex::Pool& pool, std::span<const AccountDump> dumps) {
    std::vector<Pubkey> missing = dex::accounts_needed(pool);
    std::erase_if(missing, [&](const Pubkey& account) {
        return std::ranges::find(dumps, account, &AccountDump::pubkey) != dumps.end();
    });
    return missing;
}

Result<PricedSwap> price_swap(const QuoteArguments& arguments) {
    const auto question = parse(arguments);
    if (!question) {
        return Err{question.error()};
    }
    const auto dumps = read_account_dumps(arguments.accounts);
    if (!dumps) {
        return Err{dumps.error()};
    }
    const dex::PoolBook book = book_of(*dumps, question->mint_in);
    const auto index = book.find(question->pool);
    if (!index) {
        return fail(fmt::format("no dump of pool {} that decodes in {} ({} dumps read)",
                                question->pool.to_string(), arguments.accounts, dumps->size()));
    }
    PricedSwap swap{
        .pool = book.pool(*index), .mint_in = question->mint_in, .mint_out = {}, .quote = {}};
    const auto direction = dex::direction_spending(swap.pool, swap.mint_in);
    if (!direction) {
        const Pubkey& a = dex::mint_a(swap.pool);
        return fail(fmt::format("pool {} trades {} and {}, not --in {}", question->pool.to_string(),
                                a.is_zero() ? "a mint that no dump names" : a.to_string(),
                                dex::mint_b(swap.pool).to_string(), swap.mint_in.to_string()));
    }
    swap.direction = *direction;
    swap.mint_out = *direction == Direction::AToB ? dex::mint_b(swap.pool) : dex::mint_a(swap.pool);
    const auto quote =
        arguments.is_exact_out
            ? dex::quote_exact_out(swap.pool, *direction, question->amount, question->context)
            : dex::quote_exact_in(swap.pool, *direction, question->amount, question->context);
    if (!quote) {
        const auto missing = accounts_missing(swap.pool, *dumps);
        return fail(fmt::format("no quote: {}{}{}", dex::to_string(quote.error()),
                                missing.empty() ? "" : "; not in the dumps:", names_of(missing)));
    }
    swap.quote = *quote;
    return swap;
}

}  // namespace sniperforge::app
