// SPDX-License-Identifier: MIT
#include "sniperforge/execute/jupiter.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/solana/shortvec.hpp"

namespace sniperforge::execute {
namespace {

// Text of an error body that is worth showing; bodies are untrusted and may be long.
[[nodiscard]] std::string excerpt(std::string_view body) {
    std::string text{body.substr(0, 200)};
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
}

[[nodiscard]] Result<std::string_view> text_member(simdjson::dom::element object,
                                                   std::string_view name) {
    std::string_view text;
    if (object[name].get(text) != simdjson::SUCCESS) {
        return fail(fmt::format("the answer has no text member '{}'", name));
    }
    return text;
}

[[nodiscard]] Result<TokenAmount> amount_member(simdjson::dom::element object,
                                                std::string_view name) {
    auto text = text_member(object, name);
    if (!text) {
        return Err{text.error()};
    }
    auto raw = parse_decimal(*text, 0);
    if (!raw) {
        return fail(name, raw.error());
    }
    return TokenAmount{*raw};
}

[[nodiscard]] Result<Pubkey> key_member(simdjson::dom::element object, std::string_view name) {
    auto text = text_member(object, name);
    if (!text) {
        return Err{text.error()};
    }
    return Pubkey::parse(*text);
}

[[nodiscard]] Result<std::string> checked_body(std::string_view call, net::HttpResult answer) {
    if (!answer) {
        return fail(fmt::format("Jupiter {}: {}", call, answer.error().text));
    }
    if (answer->status != 200) {
        return fail(
            fmt::format("Jupiter {}: HTTP {}: {}", call, answer->status, excerpt(answer->body)));
    }
    return std::move(answer->body);
}

}  // namespace

Result<JupiterQuote> parse_quote(std::string body) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (const auto error = parser.parse(body).get(root); error != simdjson::SUCCESS) {
        return fail(fmt::format("Jupiter quote: not JSON ({}): {}", simdjson::error_message(error),
                                excerpt(body)));
    }
    auto mint_in = key_member(root, "inputMint");
    auto mint_out = key_member(root, "outputMint");
    auto amount_in = amount_member(root, "inAmount");
    auto amount_out = amount_member(root, "outAmount");
    auto amount_out_min = amount_member(root, "otherAmountThreshold");
    for (const auto* error :
         {mint_in ? nullptr : &mint_in.error(), mint_out ? nullptr : &mint_out.error(),
          amount_in ? nullptr : &amount_in.error(), amount_out ? nullptr : &amount_out.error(),
          amount_out_min ? nullptr : &amount_out_min.error()}) {
        if (error != nullptr) {
            return fail("Jupiter quote", *error);
        }
    }
    return JupiterQuote{*mint_in,    *mint_out,       *amount_in,
                        *amount_out, *amount_out_min, std::move(body)};
}

Result<Bytes> parse_swap(std::string_view body) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (const auto error = parser.parse(body.data(), body.size()).get(root);
        error != simdjson::SUCCESS) {
        return fail(fmt::format("Jupiter swap: not JSON ({}): {}", simdjson::error_message(error),
                                excerpt(body)));
    }
    simdjson::dom::element simulation_error;
    if (root["simulationError"].get(simulation_error) == simdjson::SUCCESS &&
        !simulation_error.is_null()) {
        return fail("Jupiter swap: its own simulation fails: " +
                    excerpt(simdjson::minify(simulation_error)));
    }
    auto text = text_member(root, "swapTransaction");
    if (!text) {
        return fail("Jupiter swap", text.error());
    }
    auto wire = base64_decode(*text);
    if (!wire) {
        return fail("Jupiter swap", wire.error());
    }
    // shortvec count of signatures, the empty signature slots, then the message.
    ByteReader reader{*wire};
    const auto signatures = solana::read_shortvec(reader);
    if (!signatures ||
        reader.take(std::size_t{64} * *signatures).size() != std::size_t{64} * *signatures) {
        return fail(fmt::format(
            "Jupiter swap: a transaction of {} bytes does not hold its signatures", wire->size()));
    }
    return Bytes{wire->begin() + static_cast<std::ptrdiff_t>(reader.position()), wire->end()};
}

struct Jupiter::State {
    State(net::Reactor& reactor, const net::Url& url, const config::JupiterSettings& settings,
          Duration timeout)
        : http{reactor, url.address, {.connections_max = 4, .timeout = timeout}},
          prefix{url.target == "/" ? "" : url.target} {
        if (settings.api_key) {
            headers.push_back({"x-api-key", settings.api_key->value});
        }
        accounts_max = settings.accounts_max;
    }

    net::HttpClient http;
    std::string prefix;  // Path of the base URL, without the final slash.
    std::vector<net::HttpHeader> headers;
    std::uint32_t accounts_max = 64;
    std::uint64_t requests = 0;
};

Jupiter::Jupiter(std::unique_ptr<State> state) : state_{std::move(state)} {}
Jupiter::~Jupiter() = default;

Result<std::unique_ptr<Jupiter>> Jupiter::create(net::Reactor& reactor,
                                                 const config::JupiterSettings& settings,
                                                 Duration timeout) {
    auto url = net::parse_url(settings.url);
    if (!url) {
        return fail("jupiter.url", url.error());
    }
    while (url->target.ends_with('/') && url->target.size() > 1) {
        url->target.pop_back();
    }
    return std::unique_ptr<Jupiter>{
        new Jupiter{std::make_unique<State>(reactor, *url, settings, timeout)}};
}

void Jupiter::quote(const QuoteRequest& request, JupiterHandler<JupiterQuote> handler) {
    ++state_->requests;
    net::HttpRequest http;
    http.method = "GET";
    http.target = fmt::format(
        "{}/swap/v1/quote?inputMint={}&outputMint={}&amount={}&slippageBps={}&maxAccounts={}",
        state_->prefix, request.mint_in.to_string(), request.mint_out.to_string(),
        request.amount_in.raw(), request.slippage.raw(), state_->accounts_max);
    http.headers = state_->headers;
    state_->http.request(std::move(http),
                         [handler = std::move(handler)](net::HttpResult answer) mutable {
                             auto body = checked_body("quote", std::move(answer));
                             handler(body ? parse_quote(std::move(*body)) : Err{body.error()});
                         });
}

void Jupiter::swap(const SwapRequest& request, JupiterHandler<Bytes> handler) {
    ++state_->requests;
    net::HttpRequest http;
    http.target = state_->prefix + "/swap/v1/swap";
    http.headers = state_->headers;
    http.headers.push_back({"Content-Type", "application/json"});
    http.body =
        fmt::format(R"({{"userPublicKey":"{}","quoteResponse":{},"wrapAndUnwrapSol":true,)"
                    R"("dynamicComputeUnitLimit":false,"prioritizationFeeLamports":{}}})",
                    request.user.to_string(), request.quote.body, request.priority_fee.raw());
    state_->http.request(std::move(http),
                         [handler = std::move(handler)](net::HttpResult answer) mutable {
                             auto body = checked_body("swap", std::move(answer));
                             handler(body ? parse_swap(*body) : Err{body.error()});
                         });
}

std::uint64_t Jupiter::requests() const { return state_->requests; }

}  // namespace sniperforge::execute
