// SPDX-License-Identifier: MIT
#include "sniperforge/execute/jupiter.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/net/secret_scrubber.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::execute {
namespace {

// Jupiter counts over a sliding window of 60 s (jupiter section 0). Six windows of 10 s that keep
// the rate keep it too, and a short window lets a quote and its swap follow each other at once.
constexpr int kWindowSeconds = 10;

// How long a Jupiter that did not answer is taken to be away.
constexpr Duration kRest = std::chrono::seconds{10};

// The first byte of a message of version 1.
constexpr std::uint8_t kVersion1Prefix = 0x81;

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

// How the text begins of what we did not ask, not to exceed what we may.
constexpr std::string_view kRatePlan = "the rate plan (jupiter.requests_per_second)";

// With 400 or 404 it says that it knows no way for this order; with other codes, that it does not
// work for us: keys, limits, its own trouble.
[[nodiscard]] JupiterResult<std::string> checked_body(std::string_view call,
                                                      net::HttpResult answer) {
    if (!answer) {
        const bool is_ours = answer.error().text.starts_with(kRatePlan);
        return Err{JupiterFailure{is_ours ? FailureClass::None : FailureClass::QuoteService,
                                  fmt::format("Jupiter {}: {}", call, answer.error().text)}};
    }
    if (answer->status != 200) {
        const bool is_answer = answer->status == 400 || answer->status == 404;
        return Err{JupiterFailure{
            is_answer ? FailureClass::None : FailureClass::QuoteService,
            fmt::format("Jupiter {}: HTTP {}: {}", call, answer->status, excerpt(answer->body))}};
    }
    return std::move(answer->body);
}

constexpr std::string_view kSimulationFails = "Jupiter swap: its own simulation fails: ";

template <typename T>
[[nodiscard]] JupiterResult<T> typed(Result<T> parsed) {
    if (parsed) {
        return std::move(*parsed);
    }
    const bool is_about_order = parsed.error().text.starts_with(kSimulationFails);
    return Err{JupiterFailure{is_about_order ? FailureClass::None : FailureClass::QuoteService,
                              std::move(parsed.error().text)}};
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
        return fail(std::string{kSimulationFails} + excerpt(simdjson::minify(simulation_error)));
    }
    auto text = text_member(root, "swapTransaction");
    if (!text) {
        return fail("Jupiter swap", text.error());
    }
    auto wire = base64_decode(*text);
    if (!wire) {
        return fail("Jupiter swap", wire.error());
    }
    const auto message = solana::message_bytes_of(*wire);
    if (!message) {
        return fail(fmt::format(
            "Jupiter swap: a transaction of {} bytes does not hold its signatures", wire->size()));
    }
    // Before anybody reads it: what a transaction can hold bounds what we are asked to look up.
    const bool is_v1 = !message->empty() && message->front() == kVersion1Prefix;
    const std::size_t bytes_max = solana::transaction_bytes_max(is_v1 ? solana::MessageVersion::V1
                                                                      : solana::MessageVersion::V0);
    if (wire->size() > bytes_max) {
        return fail(
            fmt::format("Jupiter swap: a transaction of {} bytes is larger than the {} "
                        "that the chain takes: nothing is signed",
                        wire->size(), bytes_max));
    }
    return Bytes{message->begin(), message->end()};
}

struct Jupiter::State : std::enable_shared_from_this<Jupiter::State> {
    State(net::Reactor& event_loop, const net::Url& url, const config::JupiterSettings& settings,
          Duration request_timeout)
        : reactor{event_loop},
          http{event_loop, url.address, {.connections_max = 4, .timeout = request_timeout}},
          prefix{url.target == "/" ? "" : url.target},
          timeout{request_timeout},
          window_requests{std::max<std::size_t>(
              1, static_cast<std::size_t>(settings.requests_per_second * kWindowSeconds))} {
        if (settings.api_key) {
            headers.push_back({"x-api-key", settings.api_key->value});
            secrets.add(settings.api_key->value);
        }
        accounts_max = settings.accounts_max;
    }

    // Sends within the plan's rate, in order. A request that would have to wait longer than its own
    // timeout is refused at once; a late quote is worth nothing.
    void send(net::HttpRequest request, net::HttpHandler handler) {
        const MonoTime now = reactor.now();
        const MonoTime at = earliest(now);
        if (at - now > timeout) {
            failed_at = now;
            const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(at - now);
            reactor.schedule_at(
                now, [weak = weak_from_this(), handler = std::move(handler), wait]() mutable {
                    if (weak.lock()) {
                        handler(Err{net::HttpFailure{net::HttpFailure::Kind::Timeout, false,
                                                     fmt::format("{} would keep it waiting {} ms",
                                                                 kRatePlan, wait.count())}});
                    }
                });
            return;
        }
        sent_at.push_back(at);
        if (sent_at.size() > window_requests) {
            sent_at.pop_front();
        }
        ++requests;
        if (at == now) {
            return write(std::move(request), std::move(handler));
        }
        reactor.schedule_at(at, [weak = weak_from_this(), request = std::move(request),
                                 handler = std::move(handler)]() mutable {
            if (const auto self = weak.lock()) {
                self->write(std::move(request), std::move(handler));
            }
        });
    }

    // Gateways repeat a key that they refuse, and what they say is shown to people.
    void write(net::HttpRequest request, net::HttpHandler handler) {
        http.request(std::move(request), [weak = weak_from_this(), handler = std::move(handler)](
                                             net::HttpResult answer) mutable {
            const auto self = weak.lock();
            if (self) {
                self->note(answer);
            }
            if (self && answer && !self->secrets.is_empty()) {
                answer->body = self->secrets.scrub(answer->body);
            }
            handler(std::move(answer));
        });
    }

    void note(const net::HttpResult& answer) {
        constexpr int kTooManyRequests = 429, kServerErrors = 500;
        if (answer && answer->status != kTooManyRequests && answer->status < kServerErrors) {
            failed_at.reset();
        } else {
            failed_at = reactor.now();
        }
    }

    // When the next request may go: no window of kWindowSeconds holds more than the plan's share.
    [[nodiscard]] MonoTime earliest(MonoTime now) const {
        if (sent_at.size() < window_requests) {
            return now;
        }
        return std::max(now, sent_at.front() + std::chrono::seconds{kWindowSeconds});
    }

    net::Reactor& reactor;
    net::HttpClient http;
    std::string prefix;  // Path of the base URL, without the final slash.
    std::vector<net::HttpHeader> headers;
    net::SecretScrubber secrets;
    std::uint32_t accounts_max = 64;
    std::uint64_t requests = 0;
    Duration timeout;
    std::optional<MonoTime> failed_at;  // Nothing once it has answered again.
    std::size_t window_requests;        // Requests that one window may hold.
    std::deque<MonoTime> sent_at;       // Of the newest of them, scheduled ones included.
};

Jupiter::Jupiter(std::shared_ptr<State> state) : state_{std::move(state)} {}
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
        new Jupiter{std::make_shared<State>(reactor, *url, settings, timeout)}};
}

void Jupiter::quote(const QuoteRequest& request, JupiterHandler<JupiterQuote> handler) {
    net::HttpRequest http;
    http.method = "GET";
    // Routes by way of another token would create an account of it, which the signer refuses: the
    // order is not about that token.
    http.target = fmt::format(
        "{}/swap/v1/quote?inputMint={}&outputMint={}&amount={}&slippageBps={}&maxAccounts={}"
        "&onlyDirectRoutes=true",
        state_->prefix, request.mint_in.to_string(), request.mint_out.to_string(),
        request.amount_in.raw(), request.slippage.raw(), state_->accounts_max);
    http.headers = state_->headers;
    state_->send(std::move(http), [handler = std::move(handler)](net::HttpResult answer) mutable {
        auto body = checked_body("quote", std::move(answer));
        handler(body ? typed(parse_quote(std::move(*body))) : Err{body.error()});
    });
}

void Jupiter::swap(const SwapRequest& request, JupiterHandler<Bytes> handler) {
    net::HttpRequest http;
    http.target = state_->prefix + "/swap/v1/swap";
    http.headers = state_->headers;
    http.headers.push_back({"Content-Type", "application/json"});
    // Through shared accounts it would be an instruction that the signer cannot read.
    http.body =
        fmt::format(R"({{"userPublicKey":"{}","quoteResponse":{},"wrapAndUnwrapSol":true,)"
                    R"("useSharedAccounts":false,)"
                    R"("dynamicComputeUnitLimit":false,"prioritizationFeeLamports":{}}})",
                    request.user.to_string(), request.quote.body, request.priority_fee.raw());
    state_->send(std::move(http), [handler = std::move(handler)](net::HttpResult answer) mutable {
        auto body = checked_body("swap", std::move(answer));
        handler(body ? typed(parse_swap(*body)) : Err{body.error()});
    });
}

std::uint64_t Jupiter::requests() const { return state_->requests; }

bool Jupiter::is_answering() const {
    return !state_->failed_at || state_->reactor.now() - *state_->failed_at >= kRest;
}

}  // namespace sniperforge::execute
