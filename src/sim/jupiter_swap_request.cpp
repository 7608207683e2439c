// SPDX-License-Identifier: MIT
// Reading the bodies of /swap/v1/swap and /swap-instructions.
#include <algorithm>
#include <charconv>

#include "sim/jupiter.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge::sim {

namespace {

using Json = simdjson::dom::element;

constexpr std::size_t kLegsMax = 4;
// "auto" and the levels, in lamports for the whole transaction: own choice, the blocks are empty.
constexpr std::uint64_t kFeeAuto = 5'000;
constexpr std::uint64_t kFeeHigh = 20'000;
constexpr std::uint64_t kFeeVeryHigh = 100'000;

JupiterResult<Pubkey> key_member(const Json& object, std::string_view name) {
    std::string_view text;
    if (object[name].get(text) != simdjson::SUCCESS) {
        return refuse(kInvalidParameter, fmt::format("{} is required and must be a string", name));
    }
    auto key = Pubkey::parse(text);
    if (!key) {
        return refuse(kInvalidParameter, fmt::format("{}: {}", name, key.error().text));
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
    return refuse(kInvalidParameter,
                  fmt::format("quoteResponse.{} must be a string of digits", name));
}

JupiterResult<bool> bool_member(const Json& object, std::string_view name, bool fallback) {
    const auto found = object[name];
    if (found.error() == simdjson::NO_SUCH_FIELD || found.is_null()) {
        return fallback;
    }
    bool value = fallback;
    if (found.get(value) != simdjson::SUCCESS) {
        return refuse(kInvalidParameter, fmt::format("{} must be true or false", name));
    }
    return value;
}

JupiterResult<std::uint64_t> level_fee(const Json& level) {
    std::string_view name;
    std::uint64_t max = 0;
    if (level["priorityLevel"].get(name) != simdjson::SUCCESS ||
        level["maxLamports"].get(max) != simdjson::SUCCESS) {
        return refuse(kInvalidParameter,
                      "priorityLevelWithMaxLamports needs priorityLevel and maxLamports");
    }
    const std::uint64_t fee = name == "medium"     ? kFeeAuto
                              : name == "high"     ? kFeeHigh
                              : name == "veryHigh" ? kFeeVeryHigh
                                                   : 0;
    if (fee == 0) {
        return refuse(kInvalidParameter,
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
            return refuse(kInvalidParameter,
                          "computeUnitPriceMicroLamports must be a whole number");
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
        return refuse(kInvalidParameter,
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

}  // namespace

JupiterResult<std::vector<QuoteLeg>> JupiterServer::read_route(const Json& quote) const {
    simdjson::dom::array plan;
    if (quote["routePlan"].get(plan) != simdjson::SUCCESS || plan.size() == 0 ||
        plan.size() > kLegsMax) {
        return refuse(kInvalidParameter,
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
            return refuse(kInvalidParameter, "a step of quoteResponse.routePlan has no swapInfo");
        }
        const auto key = key_member(info, "ammKey");
        if (!key) {
            return std::unexpected{key.error()};
        }
        // A curve does not say what it trades: the step before it, or behind it, does.
        const auto far = key_member(info, "outputMint");
        auto pool = read_pool(chain_, *key);
        for (const Pubkey& coin : {mint, far.value_or(mint)}) {
            if (!pool) {
                pool = read_curve(chain_, coin);
            }
        }
        if (!pool || pool->pool != *key || pool->is_whirlpool()) {
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
        return refuse(kInvalidParameter, "the body is not JSON");
    }
    if (body["quoteResponse"].get(quote) != simdjson::SUCCESS) {
        return refuse(kInvalidParameter, "quoteResponse is required");
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
        return refuse(kInvalidParameter, "quoteResponse.slippageBps must be a number up to 10000");
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

}  // namespace sniperforge::sim
