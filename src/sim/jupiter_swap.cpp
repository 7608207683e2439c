// SPDX-License-Identifier: MIT
// POST /swap/v1/swap and /swap-instructions: from a quote to a transaction that the user signs.
#include "sim/derived.hpp"
#include "sim/jupiter.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

namespace {

using solana::Instruction;

// Compute units when they are not measured: account creation and wrapping, then each hop.
constexpr std::uint64_t kUnitsBase = 120'000;
constexpr std::uint64_t kUnitsPerLeg = 130'000;
constexpr std::uint64_t kMicroLamports = 1'000'000;

void write_instruction(JsonWriter& json, const Instruction& instruction) {
    json.begin_object().key("programId").string(instruction.program_id.to_string());
    json.key("accounts").begin_array();
    for (const solana::AccountMeta& meta : instruction.accounts) {
        json.begin_object().key("pubkey").string(meta.pubkey.to_string());
        json.key("isSigner").boolean(meta.is_signer);
        json.key("isWritable").boolean(meta.is_writable).end_object();
    }
    json.end_array().key("data").string(base64_encode(instruction.data)).end_object();
}

void write_instructions(JsonWriter& json, std::span<const Instruction> instructions) {
    json.begin_array();
    for (const Instruction& instruction : instructions) {
        write_instruction(json, instruction);
    }
    json.end_array();
}

}  // namespace

std::vector<Instruction> SwapInstructions::all() const {
    std::vector<Instruction> list = compute_budget;
    list.insert(list.end(), setup.begin(), setup.end());
    list.push_back(swap);
    if (cleanup) {
        list.push_back(*cleanup);
    }
    list.insert(list.end(), others.begin(), others.end());
    return list;
}

const Pubkey& JupiterServer::token_program(const Pubkey& mint) const {
    const Account* account = chain_.account(mint);
    return account == nullptr ? solana::kTokenProgram : account->owner;
}

SwapInstructions JupiterServer::build(const SwapRequest& request) const {
    SwapInstructions built;
    const Pubkey& user = request.user;
    const Pubkey& input = request.legs.front().input_mint();
    const Pubkey& output = request.legs.back().output_mint();
    const auto account_of = [&](const Pubkey& mint) {
        return derived_token_address(user, mint, token_program(mint));
    };
    const auto create = [&](const Pubkey& mint) {
        built.setup.push_back(solana::associated_token_create_idempotent(
            {.payer = user, .owner = user, .mint = mint, .token_program = token_program(mint)}));
    };
    const Pubkey wrapped = account_of(solana::kWrappedSolMint);
    const bool is_sol_in = input == solana::kWrappedSolMint;
    const bool is_sol_out = output == solana::kWrappedSolMint;
    if (is_sol_in && request.is_wrapping) {
        create(input);
        built.setup.push_back(solana::system_transfer(
            {.from = user, .to = wrapped, .lamports = Lamports{request.in_amount}}));
        built.setup.push_back(solana::token_sync_native(wrapped));
    }
    std::vector<JupiterStep> steps;
    bool is_unwrapped = false;  // By a purchase on a curve: nothing is left to close.
    bool is_wrapped_temporary = (is_sol_in || is_sol_out) && request.is_wrapping;
    for (const QuoteLeg& leg : request.legs) {
        create(leg.output_mint());
        const bool is_middle = leg.output_mint() == solana::kWrappedSolMint && !is_sol_out;
        // A middle account of our own making goes again; one that was there stays.
        is_wrapped_temporary |=
            is_middle && request.is_wrapping && chain_.account(wrapped) == nullptr;
        const auto index = static_cast<std::uint8_t>(steps.size());
        auto swap = swap_in(leg.pool, leg.is_a_to_b, 0, 0,
                            {.user = user,
                             .source = account_of(leg.input_mint()),
                             .destination = account_of(leg.output_mint())});
        if (leg.pool.is_curve()) {
            swap.accounts.insert(swap.accounts.begin(), solana::writable(wrapped));
            is_unwrapped |= !leg.is_a_to_b;
        }
        steps.push_back({.swap = std::move(swap),
                         .percent = 100,
                         .input_index = index,
                         .output_index = static_cast<std::uint8_t>(index + 1)});
    }
    const JupiterRoute swapped{.user = user,
                               .source = account_of(input),
                               .destination = account_of(output),
                               .destination_mint = output,
                               .in_amount = request.in_amount,
                               .quoted_out_amount = request.out_amount,
                               .slippage_bps = request.slippage_bps,
                               .source_mint = input,
                               .source_program = token_program(input),
                               .destination_program = token_program(output)};
    built.swap =
        request.is_second ? jupiter_route_v2(swapped, steps) : jupiter_route(swapped, steps);
    if (is_wrapped_temporary && !is_unwrapped) {
        built.cleanup =
            solana::token_close_account({.account = wrapped, .destination = user, .owner = user});
    }
    return built;
}

std::uint64_t unit_limit_of(std::size_t legs) { return kUnitsBase + kUnitsPerLeg * legs; }

void set_compute_budget(SwapInstructions& built, const SwapRequest& request, std::uint64_t limit) {
    built.unit_limit = limit;
    built.unit_price = request.unit_price.value_or(
        mul_div_floor(request.fee_lamports.value_or(0), kMicroLamports, limit).value_or(0));
    built.compute_budget = {solana::set_compute_unit_limit(ComputeUnits{limit})};
    if (built.unit_price > 0) {
        built.compute_budget.push_back(
            solana::set_compute_unit_price(ComputeUnitPrice{built.unit_price}));
    }
}

JupiterResult<Bytes> JupiterServer::compile(const SwapRequest& request,
                                            const SwapInstructions& instructions,
                                            std::optional<JupiterAttack> attack) {
    const auto list = instructions.all();
    const Hash blockhash = chain_.latest_blockhash(1);
    const Pubkey payer = attack ? hostile_.payer(*attack, request.user) : request.user;
    const auto tables =
        attack ? hostile_.tables(*attack, request) : std::vector<solana::AddressLookupTable>{};
    const auto message = request.is_legacy
                             ? solana::compile_legacy_message(payer, list, blockhash)
                             : solana::compile_message(payer, list, blockhash, tables);
    auto wire = message ? solana::unsigned_transaction(*message) : Result<Bytes>{fail("")};
    if (!wire) {
        return refuse("FAILED_TO_GET_SWAP_AND_ACCOUNT_METAS",
                      message ? wire.error().text : message.error().text);
    }
    if (attack) {
        hostile_.sign(*wire);
    }
    return std::move(*wire);
}

JupiterServer::Text JupiterServer::swap(std::string_view body) {
    auto request = read_swap(body);
    if (!request) {
        return std::unexpected{request.error()};
    }
    const auto attack = hostile_.draw_attack();
    if (attack) {
        hostile_.change_request(*attack, *request);
    }
    SwapInstructions built = build(*request);
    if (attack) {
        hostile_.change_instructions(*attack, *request, built);
    }
    const std::uint64_t limit = unit_limit_of(request->legs.size());
    set_compute_budget(built, *request, limit);
    auto wire = compile(*request, built, attack);
    if (!wire) {
        return std::unexpected{wire.error()};
    }
    const auto simulated = chain_.simulate(*wire, false, false, {});
    const bool is_failing = !simulated || simulated->error_json != "null";
    if (request->is_limit_dynamic && !is_failing) {
        // Measured, with a fifth of room.
        set_compute_budget(built, *request,
                           simulated->units_consumed + simulated->units_consumed / 5);
        wire = compile(*request, built, attack);
        if (!wire) {
            return std::unexpected{wire.error()};
        }
    }
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("swapTransaction").string(base64_encode(*wire));
    json.key("lastValidBlockHeight")
        .number(chain_.last_valid_height(chain_.latest_blockhash(1)).value_or(BlockHeight{}).value);
    json.key("prioritizationFeeLamports")
        .number(mul_div_ceil(built.unit_price, built.unit_limit, kMicroLamports).value_or(0));
    json.key("computeUnitLimit").number(built.unit_limit);
    json.key("prioritizationType").begin_object().key("computeBudget").begin_object();
    json.key("microLamports").number(built.unit_price);
    json.key("estimatedMicroLamports").number(built.unit_price).end_object().end_object();
    json.key("dynamicSlippageReport").null().key("simulationError");
    // Who lies does not warn.
    if (is_failing && !attack && hostile_.faults().skew_probability <= 0) {
        json.begin_object().key("errorCode").string("TRANSACTION_ERROR").key("error");
        json.string(simulated ? simulated->error_json : simulated.error().message).end_object();
    } else {
        json.null();
    }
    json.end_object();
    return text;
}

void write_instruction_members(JsonWriter& json, const SwapInstructions& built) {
    json.key("computeBudgetInstructions");
    write_instructions(json, built.compute_budget);
    json.key("setupInstructions");
    write_instructions(json, built.setup);
    json.key("swapInstruction");
    write_instruction(json, built.swap);
    json.key("cleanupInstruction");
    if (built.cleanup) {
        write_instruction(json, *built.cleanup);
    } else {
        json.null();
    }
    json.key("otherInstructions");
    write_instructions(json, built.others);
}

JupiterServer::Text JupiterServer::swap_instructions(std::string_view body) {
    auto request = read_swap(body);
    if (!request) {
        return std::unexpected{request.error()};
    }
    const auto attack = hostile_.draw_attack();
    if (attack) {
        hostile_.change_request(*attack, *request);
    }
    SwapInstructions built = build(*request);
    if (attack) {
        hostile_.change_instructions(*attack, *request, built);
        hostile_.change_payer(*attack, built);
    }
    set_compute_budget(built, *request, unit_limit_of(request->legs.size()));
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    write_instruction_members(json, built);
    json.key("addressLookupTableAddresses").begin_array();
    if (attack) {
        for (const auto& table : hostile_.tables(*attack, *request)) {
            json.string(table.key.to_string());
        }
    }
    json.end_array().end_object();
    return text;
}

}  // namespace sniperforge::sim
