// SPDX-License-Identifier: MIT
// `swap`: the transaction of one swap, from account dumps. Nothing is signed and nothing is sent.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/commands.hpp"
#include "app/instruction_names.hpp"
#include "app/json_fields.hpp"
#include "app/pool_dumps.hpp"
#include "app/sim_wallet.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::app {
namespace {

// What the instruction enforces on chain: one amount is exact, the other one limited.
struct Limits {
    TokenAmount amount_in;   // Exact, or the most.
    TokenAmount amount_out;  // The least, or exact.
};

struct SwapPlan {
    PricedSwap swap;
    Pubkey user;
    Hash blockhash;
    bool is_exact_out = false;
    Limits limits;
    std::vector<solana::Instruction> instructions;
    Bytes message;
    Bytes transaction;
};

// Against ourselves the quote may be worse by the slippage and not by one unit more.
[[nodiscard]] Result<Limits> limits_of(const dex::SwapQuote& quote, bool is_exact_out,
                                       std::uint64_t slippage_bps) {
    if (is_exact_out) {
        const auto most =
            mul_div_floor(quote.amount_in.raw(), kBasisPointsOne + slippage_bps, kBasisPointsOne);
        if (!most) {
            return fail(fmt::format("--slippage-bps {}: {} of it is above 64 bits", slippage_bps,
                                    quote.amount_in.raw()));
        }
        return Limits{TokenAmount{*most}, quote.amount_out};
    }
    const auto least =
        mul_div_ceil(quote.amount_out.raw(), kBasisPointsOne - slippage_bps, kBasisPointsOne);
    SF_ASSERT(least.has_value());
    return Limits{quote.amount_in, TokenAmount{*least}};
}

// One side of the swap, as the user has it.
struct UserSide {
    Pubkey mint;
    Pubkey program;
    Pubkey account;
    bool is_wrapped_sol = false;  // A token account that we fill before or empty after.
};

[[nodiscard]] UserSide side_of(const SwapPlan& plan, const Pubkey& mint) {
    const dex::Pool& pool = plan.swap.pool;
    const Pubkey& program =
        mint == dex::mint_a(pool) ? dex::token_program_a(pool) : dex::token_program_b(pool);
    return {mint, program, solana::associated_token_address(plan.user, mint, program),
            mint == solana::kWrappedSolMint && !dex::is_native_sol(pool)};
}

[[nodiscard]] std::vector<solana::Instruction> instructions_of(const SwapPlan& plan) {
    const dex::Pool& pool = plan.swap.pool;
    const Pubkey& user = plan.user;
    const UserSide in = side_of(plan, plan.swap.mint_in);
    const UserSide out = side_of(plan, plan.swap.mint_out);
    std::vector<solana::Instruction> list;
    const auto create = [&](const UserSide& side) {
        list.push_back(solana::associated_token_create_idempotent(
            {user, user, side.mint, side.program}, side.account));
    };
    if (in.is_wrapped_sol) {
        create(in);
        list.push_back(
            solana::system_transfer({user, in.account, Lamports{plan.limits.amount_in.raw()}}));
        list.push_back(solana::token_sync_native(in.account));
    }
    if (out.mint != solana::kWrappedSolMint || out.is_wrapped_sol) {
        create(out);
    }
    if (auto before = dex::instruction_before_swap(pool, user)) {
        list.push_back(std::move(*before));
    }
    const dex::SwapAccounts own{user, in.account, out.account};
    list.push_back(plan.is_exact_out
                       ? dex::swap_exact_out(pool, plan.swap.direction, plan.limits.amount_in,
                                             plan.limits.amount_out, own)
                       : dex::swap_exact_in(pool, plan.swap.direction, plan.limits.amount_in,
                                            plan.limits.amount_out, own));
    for (const UserSide* side : {&in, &out}) {
        if (side->is_wrapped_sol) {
            list.push_back(solana::token_close_account({side->account, user, user}));
        }
    }
    return list;
}

[[nodiscard]] std::unexpected<NoRun> usage(std::string text) {
    return std::unexpected{NoRun{kExitUsage, std::move(text)}};
}

// Who signs, and after which block.
[[nodiscard]] Result<void, NoRun> read_signer(const SwapArguments& arguments, SwapPlan& plan) {
    if (arguments.user.empty()) {
        const auto wallet = sim_wallet(1);
        if (!wallet) {
            return std::unexpected{NoRun{kExitFailed, wallet.error().text}};
        }
        plan.user = wallet->public_key();
    } else {
        const auto user = Pubkey::parse(arguments.user);
        if (!user) {
            return usage("--user: " + user.error().text);
        }
        plan.user = *user;
    }
    if (!arguments.blockhash.empty()) {
        const auto blockhash = Hash::parse(arguments.blockhash);
        if (!blockhash) {
            return usage("--blockhash: " + blockhash.error().text);
        }
        plan.blockhash = *blockhash;
    }
    return {};
}

[[nodiscard]] Result<SwapPlan, NoRun> plan_of(const SwapArguments& arguments) {
    const auto failed = [](std::string_view context, const Error& cause) {
        return std::unexpected{NoRun{kExitFailed, fmt::format("{}: {}", context, cause.text)}};
    };
    SwapPlan plan;
    if (const auto read = read_signer(arguments, plan); !read) {
        return std::unexpected{read.error()};
    }
    auto swap = price_swap(arguments.quote);
    if (!swap) {
        return std::unexpected{swap.error()};
    }
    plan.swap = std::move(*swap);
    plan.is_exact_out = arguments.quote.is_exact_out;
    const auto limits = limits_of(plan.swap.quote, plan.is_exact_out, arguments.slippage_bps);
    if (!limits) {
        return failed("limiting the swap", limits.error());
    }
    plan.limits = *limits;
    plan.instructions = instructions_of(plan);
    const auto message = solana::compile_message(plan.user, plan.instructions, plan.blockhash);
    if (!message) {
        return failed("compiling the message", message.error());
    }
    auto transaction = solana::unsigned_transaction(*message);
    if (!transaction) {
        return failed("building the transaction", transaction.error());
    }
    plan.message = *message;
    plan.transaction = std::move(*transaction);
    return plan;
}

// By the venue's own table, or as `decode transaction` names it.
[[nodiscard]] std::string name_of(const SwapPlan& plan, const solana::Instruction& instruction) {
    const VenueId venue = dex::venue_of(plan.swap.pool);
    if (instruction.program_id == dex::program_of(venue)) {
        for (const dex::InstructionShape& shape : dex::instructions_of(venue)) {
            const auto begin = shape.discriminator.begin();
            if (instruction.data.size() >= shape.data_bytes_min &&
                std::equal(begin, begin + shape.discriminator_bytes, instruction.data.begin())) {
                return std::string{shape.name};
            }
        }
    }
    const auto named = instruction_name(instruction.program_id, instruction.data);
    return named ? named->name : "unknown";
}

[[nodiscard]] std::string program_text(const Pubkey& program) {
    const auto name = program_name(program);
    return name ? std::string{*name} : program.to_string();
}

[[nodiscard]] std::string json_of(const SwapPlan& plan, const solana::Instruction& instruction) {
    std::vector<std::string> metas;
    for (const solana::AccountMeta& meta : instruction.accounts) {
        metas.push_back(JsonFields{}
                            .key("pubkey", meta.pubkey)
                            .boolean("signer", meta.is_signer)
                            .boolean("writable", meta.is_writable)
                            .object());
    }
    return JsonFields{}
        .key("program", instruction.program_id)
        .text("program_name", program_text(instruction.program_id))
        .text("name", name_of(plan, instruction))
        .raw("accounts", json_array(metas))
        .text("data_hex", hex_encode(instruction.data))
        .object();
}

[[nodiscard]] std::string_view limit_name(const SwapPlan& plan) {
    return plan.is_exact_out ? "amount_in_max" : "amount_out_min";
}
[[nodiscard]] TokenAmount limit_of(const SwapPlan& plan) {
    return plan.is_exact_out ? plan.limits.amount_in : plan.limits.amount_out;
}

// The transaction's accounts, each once, and those that sign it.
void add_keys(JsonFields& fields, BytesView bytes) {
    const auto message = solana::parse_message(bytes);
    SF_ASSERT(message.has_value());  // We compiled it.
    std::vector<std::string> signers;
    std::vector<std::string> accounts;
    for (std::size_t i = 0; i < message->account_keys.size(); ++i) {
        accounts.push_back(json_quoted(message->account_keys[i].to_string()));
        if (message->is_signer(i)) {
            signers.push_back(accounts.back());
        }
    }
    fields.narrow("message_version", 0)
        .raw("signers", json_array(signers))
        .raw("accounts", json_array(accounts));
}

void print_json(const SwapPlan& plan) {
    const dex::SwapQuote& quote = plan.swap.quote;
    JsonFields fields;
    fields.text("venue", to_string(dex::venue_of(plan.swap.pool)))
        .key("pool", dex::id_of(plan.swap.pool))
        .key("user", plan.user)
        .key("mint_in", plan.swap.mint_in)
        .key("mint_out", plan.swap.mint_out)
        .wide("amount_in", quote.amount_in.raw())
        .wide("amount_out", quote.amount_out.raw())
        .wide(limit_name(plan), limit_of(plan).raw())
        .boolean("is_exact_out_on_chain",
                 plan.is_exact_out && dex::has_exact_out(plan.swap.pool, plan.swap.direction))
        .boolean("is_sent", false)
        .text("transaction", base64_encode(plan.transaction))
        .narrow("bytes", static_cast<std::int64_t>(plan.transaction.size()));
    add_keys(fields, plan.message);
    std::vector<std::string> instructions;
    for (const solana::Instruction& instruction : plan.instructions) {
        instructions.push_back(json_of(plan, instruction));
    }
    fields.raw("instructions", json_array(instructions))
        .raw("quote", quote_fields(plan.swap).object());
    fmt::print("{}\n", fields.object());
}

void print_text(const SwapPlan& plan, const SwapArguments& arguments) {
    const dex::SwapQuote& quote = plan.swap.quote;
    fmt::print(
        "{} {}: built for {}, not signed and not sent\n  in   {} of {}\n  out  {} of {}\n"
        "  {} {}\n",
        to_string(dex::venue_of(plan.swap.pool)), dex::id_of(plan.swap.pool).to_string(),
        plan.user.to_string(), quote.amount_in.raw(), plan.swap.mint_in.to_string(),
        quote.amount_out.raw(), plan.swap.mint_out.to_string(), limit_name(plan),
        limit_of(plan).raw());
    if (arguments.user.empty()) {
        fmt::print(
            "  the user is the simulated wallet of seed 1: anybody can derive its key, so send it "
            "nothing; --user names yours\n");
    }
    if (!arguments.is_transaction_printed) {
        return;
    }
    fmt::print("  transaction ({} bytes)\n{}\n", plan.transaction.size(),
               base64_encode(plan.transaction));
    for (const solana::Instruction& instruction : plan.instructions) {
        fmt::print("  {} {}\n", program_text(instruction.program_id), name_of(plan, instruction));
        for (const solana::AccountMeta& meta : instruction.accounts) {
            fmt::print("    {}{} {}\n", meta.is_writable ? "w" : "-", meta.is_signer ? "s" : "-",
                       meta.pubkey.to_string());
        }
    }
}

}  // namespace

int swap_command(const SwapArguments& arguments) {
    if (!arguments.is_dry_run) {
        return fail_with(kExitNotReady,
                         "swap builds from dumps and sends nothing: `test mainnet-real-trading` "
                         "makes one trade on a chain. Add --dry-run --print-transaction, sign the "
                         "transaction with your wallet after a recent --blockhash, and send it "
                         "from there");
    }
    const auto plan = plan_of(arguments);
    if (!plan) {
        return fail_with(plan.error());
    }
    if (arguments.quote.is_json) {
        print_json(*plan);
    } else {
        print_text(*plan, arguments);
    }
    return kExitOk;
}

}  // namespace sniperforge::app
