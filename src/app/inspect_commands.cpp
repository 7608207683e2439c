// SPDX-License-Identifier: MIT
// `decode pool` and `quote`: what account dumps say, offline.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "app/account_dump.hpp"
#include "app/commands.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/json_text.hpp"
#include "sniperforge/dex/describe.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/price.hpp"

namespace sniperforge::app {
namespace {

// Epochs have this many slots on mainnet.
constexpr std::uint64_t kEpochSlots = 432'000;

// A book of everything in the dumps. Accounts that no pool needs, and pools that do not decode,
// leave it as it is; each file's own error is reported where the file is described.
[[nodiscard]] dex::PoolBook book_of(const std::vector<AccountDump>& dumps) {
    dex::PoolBook book;
    std::vector<dex::BookChange> changes;
    // Twice: pools first make their vaults and configs known, then those are taken in.
    for (int pass = 0; pass < 2; ++pass) {
        for (const AccountDump& dump : dumps) {
            changes.clear();
            (void)book.apply({Slot{1}, dump.pubkey, dump.owner, dump.lamports, dump.data}, changes);
        }
    }
    return book;
}

// One file's result.
struct Decoded {
    std::string file;
    std::string error;  // Empty when ok.
    AccountDump dump;
    dex::AccountDescription description;
    std::optional<std::string> price;
    std::optional<std::pair<TokenAmount, TokenAmount>> reserves;  // Of a pool with its vaults.
};

[[nodiscard]] std::vector<Decoded> decode_files(const std::vector<std::string>& files) {
    std::vector<Decoded> results;
    std::vector<AccountDump> dumps;
    for (const std::string& file : files) {
        Decoded& result = results.emplace_back();
        result.file = file;
        auto dump = read_account_dump(file);
        if (!dump) {
            result.error = dump.error().text;
            continue;
        }
        result.dump = *dump;
        dumps.push_back(std::move(*dump));
        auto description =
            dex::describe_account(result.dump.owner, result.dump.pubkey, result.dump.data);
        if (!description) {
            result.error = description.error().text;
            continue;
        }
        result.description = std::move(*description);
    }
    const dex::PoolBook book = book_of(dumps);
    for (Decoded& result : results) {
        const auto pool = book.find(result.dump.pubkey);
        if (result.error.empty() && pool && dex::is_complete(book.pool(*pool))) {
            result.price = dex::price_text(book.pool(*pool));
            result.reserves = {dex::reserve_a(book.pool(*pool)), dex::reserve_b(book.pool(*pool))};
        }
    }
    return results;
}

[[nodiscard]] std::string json_of(const Decoded& result) {
    if (!result.error.empty()) {
        return fmt::format(R"({{"file":{},"ok":false,"error":{}}})", json_quoted(result.file),
                           json_quoted(result.error));
    }
    std::string fields;
    for (const auto& [name, value] : result.description.fields) {
        fields += fmt::format("{}{}:{}", fields.empty() ? "" : ",", json_quoted(name),
                              dex::to_json(value));
    }
    const auto venue = result.description.venue;
    return fmt::format(
        R"({{"file":{},"ok":true,"kind":{},"venue":{},"pubkey":"{}","owner":"{}","price":{},)"
        R"("reserves":{},"fields":{{{}}}}})",
        json_quoted(result.file), json_quoted(result.description.kind),
        venue ? json_quoted(to_string(*venue)) : "null", result.dump.pubkey.to_string(),
        result.dump.owner.to_string(), result.price ? json_quoted(*result.price) : "null",
        result.reserves ? fmt::format(R"(["{}","{}"])", result.reserves->first.raw(),
                                      result.reserves->second.raw())
                        : "null",
        fields);
}

void print_text(const Decoded& result) {
    if (!result.error.empty()) {
        fmt::print("{}: error: {}\n", result.file, result.error);
        return;
    }
    const auto venue = result.description.venue;
    fmt::print("{}: {}{}{}\n", result.file, venue ? to_string(*venue) : "", venue ? " " : "",
               result.description.kind);
    fmt::print("  {:<24} {}\n  {:<24} {}\n", "pubkey", result.dump.pubkey.to_string(), "owner",
               result.dump.owner.to_string());
    for (const auto& [name, value] : result.description.fields) {
        std::string text = dex::to_json(value);
        if (text.size() >= 2 && text.front() == '"') {
            text = text.substr(1, text.size() - 2);
        }
        fmt::print("  {:<24} {}\n", name, text);
    }
    if (result.description.kind == "pool") {
        fmt::print("  {:<24} {}\n", "price of token A in B",
                   result.price ? *result.price : "unknown: give its vaults' dumps too");
    }
    if (result.reserves) {
        fmt::print("  {:<24} {} / {}\n", "liquidity (net reserves)", result.reserves->first.raw(),
                   result.reserves->second.raw());
    }
}

[[nodiscard]] std::int64_t unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())  // A command, not a stage.
        .count();
}

struct QuoteCase {
    dex::Pool pool;
    Pubkey mint_in;
    Direction direction = Direction::AToB;
    dex::SwapQuote quote;
    std::vector<Pubkey> accounts;
};

[[nodiscard]] Result<QuoteCase> quote_case(const QuoteArguments& arguments) {
    auto pool_id = Pubkey::parse(arguments.pool);
    if (!pool_id) {
        return fail("--pool", pool_id.error());
    }
    auto mint_in = Pubkey::parse(arguments.mint_in);
    if (!mint_in) {
        return fail("--in", mint_in.error());
    }
    auto amount = parse_decimal(arguments.amount, 0);
    if (!amount) {
        return fail("--amount is in base units", amount.error());
    }
    auto dumps = read_account_dumps(arguments.accounts);
    if (!dumps) {
        return Err{dumps.error()};
    }
    const dex::PoolBook book = book_of(*dumps);
    const auto index = book.find(*pool_id);
    if (!index) {
        return fail(fmt::format("no dump of pool {} that decodes in {} ({} dumps read)",
                                pool_id->to_string(), arguments.accounts, dumps->size()));
    }
    QuoteCase result{book.pool(*index), *mint_in, {}, {}, {}};
    const auto direction = dex::direction_spending(result.pool, *mint_in);
    if (!direction) {
        return fail(fmt::format("pool {} trades {} and {}, not --in {}", pool_id->to_string(),
                                dex::mint_a(result.pool).to_string(),
                                dex::mint_b(result.pool).to_string(), mint_in->to_string()));
    }
    result.direction = *direction;
    result.accounts = dex::accounts_needed(result.pool);
    const dex::QuoteContext context{arguments.unix_time.value_or(unix_now()),
                                    arguments.slot / kEpochSlots, arguments.slot};
    const auto quote =
        arguments.is_exact_out
            ? dex::quote_exact_out(result.pool, *direction, TokenAmount{*amount}, context)
            : dex::quote_exact_in(result.pool, *direction, TokenAmount{*amount}, context);
    if (!quote) {
        std::string needed;
        for (const Pubkey& account : result.accounts) {
            needed += " " + account.to_string();
        }
        return fail(fmt::format("no quote: {} (a quote needs dumps of{})",
                                dex::to_string(quote.error()), needed));
    }
    result.quote = *quote;
    return result;
}

}  // namespace

int decode_pool_command(const std::vector<std::string>& files, bool is_json) {
    const auto results = decode_files(files);
    bool is_all_ok = true;
    std::string json;
    for (const Decoded& result : results) {
        is_all_ok = is_all_ok && result.error.empty();
        if (is_json) {
            json += (json.empty() ? "" : ",\n ") + json_of(result);
        } else {
            print_text(result);
        }
    }
    if (is_json) {
        fmt::print("[{}]\n", json);
    }
    return is_all_ok ? kExitOk : kExitFailed;
}

int quote_command(const QuoteArguments& arguments) {
    const auto result = quote_case(arguments);
    if (!result) {
        return fail_with(kExitFailed, result.error().text);
    }
    const dex::Pool& pool = result->pool;
    const Pubkey& mint_out =
        result->direction == Direction::AToB ? dex::mint_b(pool) : dex::mint_a(pool);
    const BasisPoints impact = dex::price_impact(pool, result->direction, result->quote);
    const auto venue = to_string(dex::venue_of(pool));
    const dex::SwapQuote& quote = result->quote;
    if (!arguments.is_json) {
        fmt::print(
            "{} {}\n  in   {} of {}\n  out  {} of {}\n  fees trade {}, creator {}{}\n  price "
            "impact {} bps\n",
            venue, arguments.pool, quote.amount_in.raw(), arguments.mint_in, quote.amount_out.raw(),
            mint_out.to_string(), quote.trade_fee.raw(), quote.creator_fee.raw(),
            quote.is_creator_fee_on_output ? " (from the output)" : "", impact.raw());
        return kExitOk;
    }
    std::string accounts;
    for (const Pubkey& account : result->accounts) {
        accounts += (accounts.empty() ? "\"" : ",\"") + account.to_string() + "\"";
    }
    fmt::print(R"({{"venue":"{}","pool":"{}","mint_in":"{}","mint_out":"{}","amount_in":"{}",)"
               R"("amount_out":"{}","fees":{{"trade":"{}","creator":"{}",)"
               R"("is_creator_fee_on_output":{}}},"price_impact_bps":{},"accounts":[{}]}})"
               "\n",
               venue, arguments.pool, arguments.mint_in, mint_out.to_string(),
               quote.amount_in.raw(), quote.amount_out.raw(), quote.trade_fee.raw(),
               quote.creator_fee.raw(), quote.is_creator_fee_on_output, impact.raw(), accounts);
    return kExitOk;
}

}  // namespace sniperforge::app
