// SPDX-License-Identifier: MIT
// POST /swap/v1/swap and /swap-instructions: from a quote to a transaction that the user signs.
#include <algorithm>
#include <charconv>

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

using Json = simdjson::dom::element;
using solana::Instruction;

constexpr std::string_view kInvalid = "INVALID_PARAMETER";
constexpr std::size_t kLegsMax = 4;
// Compute units when they are not measured: account creation and wrapping, then each hop.
constexpr std::uint64_t kUnitsBase = 120'000;
constexpr std::uint64_t kUnitsPerLeg = 130'000;
// "auto" and the levels, in lamports for the whole transaction: own choice, the blocks are empty.
constexpr std::uint64_t kFeeAuto = 5'000;
constexpr std::uint64_t kFeeHigh = 20'000;
constexpr std::uint64_t kFeeVeryHigh = 100'000;
constexpr std::uint64_t kMicroLamports = 1'000'000;

JupiterResult<Pubkey> key_member(const Json& object, std::string_view name) {
    std::string_view text;
    if (object[name].get(text) != simdjson::SUCCESS) {
        return refuse(kInvalid, fmt::format("{} is required and must be a string", name));
    }
    auto key = Pubkey::parse(text);
    if (!key) {
        return refuse(kInvalid, fmt::format("{}: {}", name, key.error().text));
    }
    return *key;
}

// Amounts are strings of digits.
JupiterResult<std::uint64_t> amount_member(const Json& object, std::string_view name) {
    std::string_view text;
    std::uint64_t value = 0;
    if (object[name].get(text) == simdjson::SUCCESS) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc{} && end == text.data() + text.size() && value > 0) {
            return value;
        }
    }
    return refuse(kInvalid, fmt::format("quoteResponse.{} must be a string of digits", name));
}

JupiterResult<bool> bool_member(const Json& object, std::string_view name, bool fallback) {
    const auto found = object[name];
    if (found.error() == simdjson::NO_SUCH_FIELD || found.is_null()) {
        return fallback;
    }
    bool value = fallback;
    if (found.get(value) != simdjson::SUCCESS) {
        return refuse(kInvalid, fmt::format("{} must be true or false", name));
    }
    return value;
}

JupiterResult<std::uint64_t> level_fee(const Json& level) {
    std::string_view name;
    std::uint64_t max = 0;
    if (level["priorityLevel"].get(name) != simdjson::SUCCESS ||
        level["maxLamports"].get(max) != simdjson::SUCCESS) {
        return refuse(kInvalid, "priorityLevelWithMaxLamports needs priorityLevel and maxLamports");
    }
    const std::uint64_t fee = name == "medium"     ? kFeeAuto
                              : name == "high"     ? kFeeHigh
                              : name == "veryHigh" ? kFeeVeryHigh
                                                   : 0;
    if (fee == 0) {
        return refuse(kInvalid,
                      fmt::format("priorityLevel '{}' is not medium, high or veryHigh", name));
    }
    return std::min(fee, max);
}

JupiterResult<void> read_priority(const Json& body, SwapRequest& request) {
    Json fee;
    const bool has_fee =
        body["prioritizationFeeLamports"].get(fee) == simdjson::SUCCESS && !fee.is_null();
    std::uint64_t number = 0;
    Json price;
    if (body["computeUnitPriceMicroLamports"].get(price) == simdjson::SUCCESS && !price.is_null()) {
        if (has_fee) {
            return refuse("INVALID_COMPUTE_UNIT_PRICE_AND_PRIORITIZATION_FEE",
                          "computeUnitPriceMicroLamports excludes prioritizationFeeLamports");
        }
        if (price.get(number) != simdjson::SUCCESS) {
            return refuse(kInvalid, "computeUnitPriceMicroLamports must be a whole number");
        }
        request.unit_price = number;
        return {};
    }
    if (!has_fee) {
        return {};
    }
    std::string_view name;
    Json level;
    if (fee.get(number) == simdjson::SUCCESS) {
        request.fee_lamports = number;
    } else if (fee.get(name) == simdjson::SUCCESS && name == "auto") {
        request.fee_lamports = kFeeAuto;
    } else if (fee["priorityLevelWithMaxLamports"].get(level) == simdjson::SUCCESS) {
        const auto lamports = level_fee(level);
        if (!lamports) {
            return std::unexpected{lamports.error()};
        }
        request.fee_lamports = *lamports;
    } else if (fee["jitoTipLamports"].error() == simdjson::SUCCESS) {
        return refuse("NOT_SUPPORTED", "jitoTipLamports: there is no block engine here");
    } else {
        return refuse(kInvalid,
                      "prioritizationFeeLamports must be a number, \"auto\" or "
                      "{priorityLevelWithMaxLamports}");
    }
    return {};
}

// Options that would change who pays or receives, and are not served.
JupiterResult<void> check_unserved(const Json& body, const Pubkey& user) {
    for (const std::string_view name :
         {"feeAccount", "destinationTokenAccount", "nativeDestinationAccount"}) {
        if (const auto found = body[name]; found.error() == simdjson::SUCCESS && !found.is_null()) {
            return refuse("NOT_SUPPORTED", fmt::format("{} is not served here", name));
        }
    }
    std::string_view payer;
    if (body["payer"].get(payer) == simdjson::SUCCESS && payer != user.to_string()) {
        return refuse("NOT_SUPPORTED", "a payer other than userPublicKey is not served here");
    }
    return {};
}

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
    return list;
}

const Pubkey& JupiterServer::token_program(const Pubkey& mint) const {
    const Account* account = chain_.account(mint);
    return account == nullptr ? solana::kTokenProgram : account->owner;
}

JupiterResult<std::vector<QuoteLeg>> JupiterServer::read_route(const Json& quote) const {
    simdjson::dom::array plan;
    if (quote["routePlan"].get(plan) != simdjson::SUCCESS || plan.size() == 0 ||
        plan.size() > kLegsMax) {
        return refuse(kInvalid,
                      fmt::format("quoteResponse.routePlan must hold 1 to {} steps", kLegsMax));
    }
    const auto input = key_member(quote, "inputMint");
    const auto output = key_member(quote, "outputMint");
    if (!input || !output) {
        return std::unexpected{input ? output.error() : input.error()};
    }
    std::vector<QuoteLeg> legs;
    Pubkey mint = *input;
    for (const Json step : plan) {
        Json info;
        if (step["swapInfo"].get(info) != simdjson::SUCCESS) {
            return refuse(kInvalid, "a step of quoteResponse.routePlan has no swapInfo");
        }
        const auto key = key_member(info, "ammKey");
        if (!key) {
            return std::unexpected{key.error()};
        }
        const auto pool = read_pool(chain_, *key);
        if (!pool) {
            return refuse("MARKET_NOT_FOUND", fmt::format("Market {} not found", key->to_string()));
        }
        if (pool->mint_a != mint && pool->mint_b != mint) {
            return refuse(
                "FAILED_TO_GET_SWAP_AND_ACCOUNT_METAS",
                fmt::format("market {} does not trade {}", key->to_string(), mint.to_string()));
        }
        legs.push_back({*pool, pool->mint_a == mint, 0, 0});
        mint = legs.back().output_mint();
    }
    if (mint != *output) {
        return refuse("ROUTE_PLAN_DOES_NOT_CONSUME_ALL_THE_AMOUNT",
                      "quoteResponse.routePlan does not end at outputMint");
    }
    return legs;
}

JupiterResult<SwapRequest> JupiterServer::read_swap(std::string_view text) {
    Json body;
    Json quote;
    if (parser_.parse(text.data(), text.size()).get(body) != simdjson::SUCCESS) {
        return refuse(kInvalid, "the body is not JSON");
    }
    if (body["quoteResponse"].get(quote) != simdjson::SUCCESS) {
        return refuse(kInvalid, "quoteResponse is required");
    }
    SwapRequest request;
    const auto user = key_member(body, "userPublicKey");
    const auto in = amount_member(quote, "inAmount");
    const auto out = amount_member(quote, "outAmount");
    if (!user) {
        return std::unexpected{user.error()};
    }
    if (!in || !out) {
        return std::unexpected{in ? out.error() : in.error()};
    }
    std::uint64_t slippage = 0;
    if (quote["slippageBps"].get(slippage) != simdjson::SUCCESS || slippage > kBasisPointsOne) {
        return refuse(kInvalid, "quoteResponse.slippageBps must be a number up to 10000");
    }
    auto legs = read_route(quote);
    const auto wrap = bool_member(body, "wrapAndUnwrapSol", true);
    const auto legacy = bool_member(body, "asLegacyTransaction", false);
    const auto dynamic = bool_member(body, "dynamicComputeUnitLimit", false);
    if (!legs) {
        return std::unexpected{legs.error()};
    }
    for (const auto* flag : {&wrap, &legacy, &dynamic}) {
        if (!*flag) {
            return std::unexpected{flag->error()};
        }
    }
    request.user = *user;
    request.in_amount = *in;
    request.out_amount = *out;
    request.slippage_bps = static_cast<std::uint16_t>(slippage);
    request.legs = std::move(*legs);
    request.is_wrapping = *wrap;
    request.is_legacy = *legacy;
    request.is_limit_dynamic = *dynamic;
    if (auto checked = check_unserved(body, *user); !checked) {
        return std::unexpected{checked.error()};
    }
    if (auto priority = read_priority(body, request); !priority) {
        return std::unexpected{priority.error()};
    }
    return request;
}

SwapInstructions JupiterServer::build(const SwapRequest& request) const {
    SwapInstructions built;
    const Pubkey& user = request.user;
    const Pubkey& input = request.legs.front().input_mint();
    const Pubkey& output = request.legs.back().output_mint();
    const auto account_of = [&](const Pubkey& mint) {
        return solana::associated_token_address(user, mint, token_program(mint));
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
    bool is_wrapped_temporary = (is_sol_in || is_sol_out) && request.is_wrapping;
    for (const QuoteLeg& leg : request.legs) {
        create(leg.output_mint());
        const bool is_middle = leg.output_mint() == solana::kWrappedSolMint && !is_sol_out;
        // A middle account of our own making goes again; one that was there stays.
        is_wrapped_temporary |=
            is_middle && request.is_wrapping && chain_.account(wrapped) == nullptr;
        const auto index = static_cast<std::uint8_t>(steps.size());
        steps.push_back({.swap = swap_in(leg.pool, leg.is_a_to_b, 0, 0,
                                         {.user = user,
                                          .source = account_of(leg.input_mint()),
                                          .destination = account_of(leg.output_mint())}),
                         .percent = 100,
                         .input_index = index,
                         .output_index = static_cast<std::uint8_t>(index + 1)});
    }
    built.swap = jupiter_route({.user = user,
                                .source = account_of(input),
                                .destination = account_of(output),
                                .destination_mint = output,
                                .in_amount = request.in_amount,
                                .quoted_out_amount = request.out_amount,
                                .slippage_bps = request.slippage_bps},
                               steps);
    if (is_wrapped_temporary) {
        built.cleanup =
            solana::token_close_account({.account = wrapped, .destination = user, .owner = user});
    }
    return built;
}

namespace {

void set_budget(SwapInstructions& built, const SwapRequest& request, std::uint64_t limit) {
    built.unit_limit = limit;
    built.unit_price = request.unit_price.value_or(
        mul_div_floor(request.fee_lamports.value_or(0), kMicroLamports, limit).value_or(0));
    built.compute_budget = {solana::set_compute_unit_limit(ComputeUnits{limit})};
    if (built.unit_price > 0) {
        built.compute_budget.push_back(
            solana::set_compute_unit_price(ComputeUnitPrice{built.unit_price}));
    }
}

}  // namespace

JupiterResult<Bytes> JupiterServer::compile(const SwapRequest& request,
                                            const SwapInstructions& instructions) const {
    const auto list = instructions.all();
    const Hash blockhash = chain_.latest_blockhash(1);
    const auto message = request.is_legacy
                             ? solana::compile_legacy_message(request.user, list, blockhash)
                             : solana::compile_message(request.user, list, blockhash);
    auto wire = message ? solana::unsigned_transaction(*message) : Result<Bytes>{fail("")};
    if (!wire) {
        return refuse("FAILED_TO_GET_SWAP_AND_ACCOUNT_METAS",
                      message ? wire.error().text : message.error().text);
    }
    return std::move(*wire);
}

JupiterServer::Text JupiterServer::swap(std::string_view body) {
    const auto request = read_swap(body);
    if (!request) {
        return std::unexpected{request.error()};
    }
    SwapInstructions built = build(*request);
    const std::uint64_t limit = kUnitsBase + kUnitsPerLeg * request->legs.size();
    set_budget(built, *request, limit);
    auto wire = compile(*request, built);
    if (!wire) {
        return std::unexpected{wire.error()};
    }
    const auto simulated = chain_.simulate(*wire, false, false, {});
    const bool is_failing = !simulated || simulated->error_json != "null";
    if (request->is_limit_dynamic && !is_failing) {
        // Measured, with a fifth of room.
        set_budget(built, *request, simulated->units_consumed + simulated->units_consumed / 5);
        wire = compile(*request, built);
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
    if (is_failing) {
        json.begin_object().key("errorCode").string("TRANSACTION_ERROR").key("error");
        json.string(simulated ? simulated->error_json : simulated.error().message).end_object();
    } else {
        json.null();
    }
    json.end_object();
    return text;
}

JupiterServer::Text JupiterServer::swap_instructions(std::string_view body) {
    const auto request = read_swap(body);
    if (!request) {
        return std::unexpected{request.error()};
    }
    SwapInstructions built = build(*request);
    set_budget(built, *request, kUnitsBase + kUnitsPerLeg * request->legs.size());
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("computeBudgetInstructions");
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
    json.key("otherInstructions").begin_array().end_array();
    json.key("addressLookupTableAddresses").begin_array().end_array().end_object();
    return text;
}

}  // namespace sniperforge::sim
