// SPDX-License-Identifier: MIT
// The quote of /swap/v1/quote, /swap/v2/build and /order: the best direct pool, or two hops through
// wrapped SOL.
#include <algorithm>
#include <charconv>

#include "sim/jupiter.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::uint64_t kMaxAccountsMax = 64;

template <typename Number>
JupiterResult<Number> number_parameter(std::string_view target, std::string_view name,
                                       Number fallback, Number max) {
    const auto text = net::query_value(target, name);
    if (!text) {
        return fallback;
    }
    Number value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size() || value > max) {
        return refuse(kInvalidParameter,
                      fmt::format("{} '{}' is not a whole number up to {}", name, *text, max));
    }
    return value;
}

JupiterResult<bool> bool_parameter(std::string_view target, std::string_view name, bool fallback) {
    const auto text = net::query_value(target, name);
    if (!text) {
        return fallback;
    }
    if (*text != "true" && *text != "false") {
        return refuse(kInvalidParameter, fmt::format("{} '{}' is not true or false", name, *text));
    }
    return *text == "true";
}

JupiterResult<Pubkey> mint_parameter(std::string_view target, std::string_view name) {
    const auto text = net::query_value(target, name);
    if (!text) {
        return refuse(kInvalidParameter, fmt::format("{} is required", name));
    }
    auto key = Pubkey::parse(*text);
    if (!key) {
        return refuse(kInvalidParameter, fmt::format("{}: {}", name, key.error().text));
    }
    return *key;
}

// Labels separated by commas; spaces may come as '+'.
std::vector<std::string> labels_parameter(std::string_view target, std::string_view name) {
    std::vector<std::string> labels;
    std::string text = net::query_value(target, name).value_or("");
    std::ranges::replace(text, '+', ' ');
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        labels.emplace_back(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return labels;
}

// What is not served is refused by name: an option that is silently ignored would lie.
JupiterResult<void> check_options(std::string_view target) {
    const auto mode = net::query_value(target, "swapMode").value_or("ExactIn");
    if (mode != "ExactIn") {
        return refuse(mode == "ExactOut" ? "NOT_SUPPORTED" : kInvalidParameter,
                      fmt::format("swapMode {} is not served here: use ExactIn", mode));
    }
    const auto fee = number_parameter<std::uint64_t>(target, "platformFeeBps", 0, 10'000);
    const auto accounts =
        number_parameter<std::uint64_t>(target, "maxAccounts", kMaxAccountsMax, kU64Max);
    if (!fee || !accounts) {
        return std::unexpected{fee ? accounts.error() : fee.error()};
    }
    if (*fee > 0) {
        return refuse("NOT_SUPPORTED", "platformFeeBps above 0 is not served here");
    }
    if (*accounts > kMaxAccountsMax) {
        return refuse("MAX_ACCOUNT_GREATER_THAN_MAX",
                      fmt::format("maxAccounts {} is above {}", *accounts, kMaxAccountsMax));
    }
    for (const std::string_view name : {"restrictIntermediateTokens", "asLegacyTransaction",
                                        "dynamicSlippage", "forJitoBundle"}) {
        if (auto flag = bool_parameter(target, name, false); !flag) {
            return std::unexpected{flag.error()};
        }
    }
    return {};
}

JupiterResult<QuoteRequest> read_request(std::string_view target) {
    const auto input = mint_parameter(target, "inputMint");
    const auto output = mint_parameter(target, "outputMint");
    const auto amount = number_parameter<std::uint64_t>(target, "amount", 0, kU64Max);
    const auto slippage = number_parameter<std::uint16_t>(target, "slippageBps", 50, 10'000);
    const auto direct = bool_parameter(target, "onlyDirectRoutes", false);
    if (!input || !output) {
        return std::unexpected{input ? output.error() : input.error()};
    }
    if (!amount || !slippage) {
        return std::unexpected{amount ? slippage.error() : amount.error()};
    }
    if (!direct) {
        return std::unexpected{direct.error()};
    }
    if (*amount == 0) {
        return refuse(kInvalidParameter, "amount is required and must be above 0");
    }
    if (*input == *output) {
        return refuse("CIRCULAR_ARBITRAGE_IS_DISABLED", "inputMint and outputMint are the same");
    }
    if (auto options = check_options(target); !options) {
        return std::unexpected{options.error()};
    }
    return QuoteRequest{.input_mint = *input,
                        .output_mint = *output,
                        .amount = *amount,
                        .slippage_bps = *slippage,
                        .is_direct_only = *direct,
                        .dexes = labels_parameter(target, "dexes"),
                        .excluded_dexes = labels_parameter(target, "excludeDexes")};
}

bool is_dex_allowed(const QuoteRequest& request, std::string_view label) {
    const auto names = [&](const std::vector<std::string>& labels) {
        return std::ranges::find(labels, label) != labels.end();
    };
    return (request.dexes.empty() || names(request.dexes)) && !names(request.excluded_dexes);
}

// Part of the output that our own size costs, fees apart. For people: not used in any amount.
double price_impact(std::span<const QuoteLeg> legs) {
    double kept = 1;
    for (const QuoteLeg& leg : legs) {
        const double spot = leg.is_a_to_b ? leg.pool.price() : 1.0 / leg.pool.price();
        const double ideal = static_cast<double>(leg.amount_in) * spot * (1.0 - leg.pool.fee());
        kept *= static_cast<double>(leg.amount_out) / ideal;
    }
    return std::max(0.0, 1.0 - kept);
}

void write_leg(JsonWriter& json, const QuoteLeg& leg) {
    json.begin_object().key("swapInfo").begin_object();
    json.key("ammKey").string(leg.pool.pool.to_string()).key("label").string(leg.pool.label());
    json.key("inputMint").string(leg.input_mint().to_string());
    json.key("outputMint").string(leg.output_mint().to_string());
    json.key("inAmount").string(std::to_string(leg.amount_in));
    json.key("outAmount").string(std::to_string(leg.amount_out)).end_object();
    json.key("percent").number(100).key("bps").number(10'000).end_object();
}

}  // namespace

std::optional<QuoteLeg> JupiterServer::best_leg(const QuoteRequest& request,
                                                const Pubkey& input_mint, const Pubkey& output_mint,
                                                std::uint64_t amount) const {
    std::optional<QuoteLeg> best;
    const std::int64_t now = chain_.slot_time().seconds();
    const auto offer = [&](const std::optional<PoolView>& pool) {
        if (!pool || !pool->is_tradable(now) || !is_dex_allowed(request, pool->label())) {
            return;
        }
        const bool is_a_to_b = pool->mint_a == input_mint && pool->mint_b == output_mint;
        if (!is_a_to_b && (pool->mint_b != input_mint || pool->mint_a != output_mint)) {
            return;
        }
        const auto out = quote_in(*pool, is_a_to_b, amount);
        if (out && (!best || *out > best->amount_out)) {
            best = QuoteLeg{*pool, is_a_to_b, amount, *out};
        }
    };
    for (const Pubkey& program :
         {solana::kRaydiumAmmV4Program, solana::kRaydiumCpmmProgram, solana::kPumpSwapProgram}) {
        for (const Pubkey& key : chain_.accounts_owned_by(program)) {
            offer(read_pool(chain_, key));
        }
    }
    for (const Pubkey& mint : {input_mint, output_mint}) {
        offer(read_curve(chain_, mint));
    }
    return best;
}

JupiterResult<std::vector<QuoteLeg>> JupiterServer::route(const QuoteRequest& request) const {
    for (const Pubkey& mint : {request.input_mint, request.output_mint}) {
        if (chain_.account(mint) == nullptr) {
            return refuse("TOKEN_NOT_TRADABLE",
                          fmt::format("The token {} is not tradable", mint.to_string()));
        }
    }
    const Pubkey& middle = solana::kWrappedSolMint;
    const auto direct = best_leg(request, request.input_mint, request.output_mint, request.amount);
    std::vector<QuoteLeg> two_hops;
    if (!request.is_direct_only && request.input_mint != middle && request.output_mint != middle) {
        if (const auto first = best_leg(request, request.input_mint, middle, request.amount)) {
            if (const auto second =
                    best_leg(request, middle, request.output_mint, first->amount_out)) {
                two_hops = {*first, *second};
            }
        }
    }
    if (!two_hops.empty() && (!direct || two_hops.back().amount_out > direct->amount_out)) {
        return two_hops;
    }
    if (!direct) {
        return refuse(request.is_direct_only ? "NO_ROUTES_FOUND" : "COULD_NOT_FIND_ANY_ROUTE",
                      "Could not find any route");
    }
    return std::vector{*direct};
}

void JupiterServer::lie(Pubkey& output_mint, std::uint64_t& in, std::uint64_t& out) {
    const JupiterFaults& faults = hostile_.faults();
    if (hostile_.happens(faults.skew_probability, FaultKind::JupiterSkewedQuote)) {
        out = mul_div_floor(out, kBasisPointsOne + faults.skew_bps, kBasisPointsOne).value_or(out);
    }
    if (hostile_.happens(faults.wrong_mint_probability, FaultKind::JupiterWrongMint)) {
        output_mint =
            output_mint == solana::kUsdcMint ? solana::kWrappedSolMint : solana::kUsdcMint;
    }
    if (hostile_.happens(faults.wrong_amount_probability, FaultKind::JupiterWrongAmount)) {
        in = TokenAmount{in}.saturating_add(TokenAmount{in}).raw();
        out = TokenAmount{out}.saturating_add(TokenAmount{out}).raw();
    }
}

JupiterResult<Quoted> JupiterServer::quoted(std::string_view target) {
    const auto request = read_request(target);
    if (!request) {
        return std::unexpected{request.error()};
    }
    auto legs = route(*request);
    if (!legs) {
        return std::unexpected{legs.error()};
    }
    // A skewed quote promises what the pools will not pay (or less): quote error of the scenario.
    const double skew = scenario_.jupiter_quote_skew_bp * 1e-4;
    std::uint64_t out = legs->back().amount_out;
    if (skew > 0) {
        const double factor = std::clamp(1.0 + skew * rng_.normal(), 0.5, 1.5);
        out = std::max<std::uint64_t>(static_cast<std::uint64_t>(static_cast<double>(out) * factor),
                                      1);
    }
    Quoted result{*request, std::move(*legs), request->output_mint, request->amount, out, 0};
    lie(result.output_mint, result.in, result.out);
    result.out_min =
        mul_div_floor(result.out, kBasisPointsOne - request->slippage_bps, kBasisPointsOne)
            .value_or(0);
    return result;
}

void JupiterServer::write_quote(JsonWriter& json, const Quoted& quoted) const {
    json.key("inputMint").string(quoted.request.input_mint.to_string());
    json.key("inAmount").string(std::to_string(quoted.in));
    json.key("outputMint").string(quoted.output_mint.to_string());
    json.key("outAmount").string(std::to_string(quoted.out));
    json.key("otherAmountThreshold").string(std::to_string(quoted.out_min));
    json.key("swapMode").string("ExactIn");
    json.key("slippageBps").number(quoted.request.slippage_bps);
    json.key("platformFee").null();
    json.key("priceImpactPct").string(fmt::format("{:.12f}", price_impact(quoted.legs)));
    json.key("routePlan").begin_array();
    for (const QuoteLeg& leg : quoted.legs) {
        write_leg(json, leg);
    }
    json.end_array().key("contextSlot").number(chain_.slot().value);
    json.key("timeTaken").number(0);
}

JupiterServer::Text JupiterServer::quote(std::string_view target) {
    const auto answer = quoted(target);
    if (!answer) {
        return std::unexpected{answer.error()};
    }
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    write_quote(json, *answer);
    json.end_object();
    return text;
}

}  // namespace sniperforge::sim
