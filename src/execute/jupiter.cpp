// SPDX-License-Identifier: MIT
#include "sniperforge/execute/jupiter.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "execute/answer_text.hpp"
#include "execute/jupiter_body.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/net/secret_scrubber.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// Jupiter counts over a sliding window of 60 s (jupiter section 0). Six windows of 10 s that keep
// the rate keep it too, and a short window lets a quote and its swap follow each other at once.
constexpr int kWindowSeconds = 10;

// How long a Jupiter that did not answer is taken to be away.
constexpr Duration kRest = std::chrono::seconds{10};

constexpr int kJupiterLimited = 429, kJupiterTrouble = 500;
// It says when one place frees, in seconds; without a word it is a second (jupiter section 0). What
// it says is not believed beyond its window.
constexpr std::int64_t kLimitedSecondsMin = 1, kLimitedSecondsMax = 60;

// Its sender answers when the order has landed, or after some two minutes (jupiter section 2).
constexpr Duration kExecuteTimeout = std::chrono::seconds{120};
constexpr std::size_t kExecuteConnections = 4;

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
        return Err{JupiterFailure{is_answer ? FailureClass::None : FailureClass::QuoteService,
                                  fmt::format("Jupiter {}: HTTP {}: {}", call, answer->status,
                                              excerpt_of(answer->body))}};
    }
    return std::move(answer->body);
}

template <typename T>
[[nodiscard]] JupiterResult<T> typed(Result<T> parsed) {
    if (parsed) {
        return std::move(*parsed);
    }
    const bool is_about_order = parsed.error().text.starts_with(kSimulationFails) ||
                                parsed.error().text.starts_with(kOrderNotBuilt);
    return Err{JupiterFailure{is_about_order ? FailureClass::None : FailureClass::QuoteService,
                              std::move(parsed.error().text)}};
}

constexpr std::array kWays{JupiterApi::V1Swap, JupiterApi::V1Instructions, JupiterApi::V2Build,
                           JupiterApi::V2Order};

// By a name of the settings.
[[nodiscard]] std::span<const JupiterApi> ways_of(std::string_view name) {
    const std::span<const JupiterApi> all{kWays};
    const auto found =
        std::ranges::find_if(kWays, [&](JupiterApi api) { return to_string(api) == name; });
    return found == kWays.end() ? all
                                : all.subspan(static_cast<std::size_t>(found - kWays.begin()), 1);
}

// Seconds of the wall clock at which it wants to be asked again, from now.
[[nodiscard]] Duration pause_until_reset(const net::HttpResponse& response, WallTime now) {
    const i128 wanted =
        i128{seconds_in(response, "x-ratelimit-reset").value_or(0)} - i128{now.seconds()};
    return std::chrono::seconds{static_cast<std::int64_t>(
        std::clamp(wanted, i128{kLimitedSecondsMin}, i128{kLimitedSecondsMax}))};
}

// Of /execute: what became of the order it does not know (jupiter section 2; of market makers too).
constexpr std::int64_t kExecuteUnknown = -1'001, kExecuteUnknownQuoted = -2'001;

// Its sender says what it made of an order: 0, or why not. Nothing where it says nothing, or that
// it does not know.
[[nodiscard]] std::optional<std::int64_t> execute_code(std::string_view body) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    std::int64_t code = 0;
    if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS ||
        root["code"].get(code) != simdjson::SUCCESS || code == kExecuteUnknown ||
        code == kExecuteUnknownQuoted) {
        return std::nullopt;
    }
    return code;
}

}  // namespace

struct Jupiter::State : std::enable_shared_from_this<Jupiter::State> {
    State(net::Reactor& event_loop, const net::Url& url, const config::JupiterSettings& settings,
          Duration request_timeout)
        : reactor{event_loop},
          http{event_loop, url.address, {.connections_max = 4, .timeout = request_timeout}},
          ways{ways_of(settings.api)},
          prefix{url.target == "/" ? "" : url.target},
          timeout{request_timeout},
          window_requests{std::max<std::size_t>(
              1, static_cast<std::size_t>(settings.requests_per_second * kWindowSeconds))} {
        if (settings.api_key) {
            headers.push_back({"x-api-key", settings.api_key->value});
            secrets.add(settings.api_key->value);
        }
        accounts_max = settings.accounts_max;
        if (std::ranges::find(ways, JupiterApi::V2Order) != ways.end()) {
            // Apart: it keeps its connections for as long as an order takes.
            execute_http = std::make_unique<net::HttpClient>(
                event_loop, url.address,
                net::HttpClientOptions{.connections_max = kExecuteConnections,
                                       .timeout = kExecuteTimeout});
        }
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
        if (answer && answer->status == kJupiterLimited) {
            limited_until = reactor.now() + pause_until_reset(*answer, reactor.wall_now());
        }
        if (answer && answer->status != kJupiterLimited && answer->status < kJupiterTrouble) {
            failed_at.reset();
        } else {
            failed_at = reactor.now();
        }
    }

    // When the next request may go: no window of kWindowSeconds holds more than the plan's share.
    [[nodiscard]] MonoTime earliest(MonoTime now, std::size_t count = 1) const {
        const MonoTime at = std::max(now, limited_until);
        const std::size_t wanted = sent_at.size() + std::min(count, window_requests);
        if (wanted <= window_requests) {
            return at;
        }
        const std::size_t freed = std::min(wanted - window_requests, sent_at.size()) - 1;
        return std::max(at, sent_at[freed] + std::chrono::seconds{kWindowSeconds});
    }

    void on_executed(std::string_view request_id, const net::HttpResult& answer) {
        const auto code = answer ? execute_code(answer->body) : std::nullopt;
        ++(!code ? executed.failed : *code == 0 ? executed.taken : executed.refused);
        telemetry::debug("execute", "Jupiter execute of order {}: {}", request_id,
                         !answer ? answer.error().text
                                 : fmt::format("HTTP {}: {}", answer->status,
                                               excerpt_of(answer->body, secrets)));
    }

    [[nodiscard]] net::HttpRequest get(std::string target) const {
        net::HttpRequest request;
        request.method = "GET";
        request.target = std::move(target);
        request.headers = headers;
        return request;
    }
    [[nodiscard]] net::HttpRequest post(std::string_view path, std::string body) const {
        net::HttpRequest request;
        request.target = prefix + std::string{path};
        request.headers = headers;
        request.headers.push_back({"Content-Type", "application/json"});
        request.body = std::move(body);
        return request;
    }
    // What the three kinds of quotes have in common.
    [[nodiscard]] std::string quote_target(std::string_view path,
                                           const QuoteRequest& request) const {
        return fmt::format("{}{}?inputMint={}&outputMint={}&amount={}&slippageBps={}", prefix, path,
                           request.mint_in.to_string(), request.mint_out.to_string(),
                           request.amount_in.raw(), request.slippage.raw());
    }
    // Through shared accounts it would be an instruction that the signer cannot read.
    [[nodiscard]] static std::string swap_body(const SwapRequest& request) {
        return fmt::format(R"({{"userPublicKey":"{}","quoteResponse":{},"wrapAndUnwrapSol":true,)"
                           R"("useSharedAccounts":false,)"
                           R"("dynamicComputeUnitLimit":false,"prioritizationFeeLamports":{}}})",
                           request.user.to_string(), request.quote.body,
                           request.priority_fee.raw());
    }
    // Sends, and hands over what `parse` makes of the body.
    template <typename T, typename Parse>
    void ask(std::string_view call, net::HttpRequest request, JupiterHandler<T> handler,
             Parse parse) {
        send(std::move(request),
             [call, parse, handler = std::move(handler)](net::HttpResult answer) mutable {
                 auto body = checked_body(call, std::move(answer));
                 handler(body ? typed<T>(parse(std::move(*body))) : Err{body.error()});
             });
    }

    net::Reactor& reactor;
    net::HttpClient http;
    std::unique_ptr<net::HttpClient> execute_http;  // Of orders only.
    std::span<const JupiterApi> ways;
    std::string prefix;  // Path of the base URL, without the final slash.
    std::vector<net::HttpHeader> headers;
    net::SecretScrubber secrets;
    std::uint32_t accounts_max = 64;
    std::uint64_t requests = 0;
    Duration timeout;
    std::optional<MonoTime> failed_at;  // Nothing once it has answered again.
    std::size_t window_requests;        // Requests that one window may hold.
    std::deque<MonoTime> sent_at;       // Of the newest of them, scheduled ones included.
    MonoTime limited_until;             // By its own word.
    JupiterSends executed;
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

std::span<const JupiterApi> Jupiter::ways() const { return state_->ways; }

void Jupiter::quote(const QuoteRequest& request, JupiterHandler<JupiterQuote> handler) {
    // Routes by way of another token would create an account of it, which the signer refuses: the
    // order is not about that token.
    std::string target = state_->quote_target("/swap/v1/quote", request) +
                         fmt::format("&maxAccounts={}&onlyDirectRoutes=true", state_->accounts_max);
    state_->ask<JupiterQuote>("quote", state_->get(std::move(target)), std::move(handler),
                              [](std::string body) { return parse_quote(std::move(body)); });
}

void Jupiter::swap(const SwapRequest& request, JupiterHandler<Bytes> handler) {
    state_->ask<Bytes>("swap", state_->post("/swap/v1/swap", State::swap_body(request)),
                       std::move(handler),
                       [](const std::string& body) { return parse_swap(body); });
}

void Jupiter::swap_instructions(const SwapRequest& request,
                                JupiterHandler<JupiterInstructions> handler) {
    state_->ask<JupiterInstructions>(
        "swap-instructions", state_->post("/swap/v1/swap-instructions", State::swap_body(request)),
        std::move(handler), [](const std::string& body) { return parse_swap_instructions(body); });
}

void Jupiter::build(const RouteRequest& request, JupiterHandler<JupiterBuild> handler) {
    std::string target =
        state_->quote_target("/swap/v2/build", request.quote) +
        fmt::format("&taker={}&maxAccounts={}", request.taker.to_string(), state_->accounts_max);
    state_->ask<JupiterBuild>("build", state_->get(std::move(target)), std::move(handler),
                              [](const std::string& body) { return parse_build(body); });
}

void Jupiter::order(const RouteRequest& request, JupiterHandler<JupiterOrder> handler) {
    // The other routers are market makers, who sign or pay themselves, and programs that the signer
    // does not know.
    std::string target = state_->quote_target("/swap/v2/order", request.quote) +
                         fmt::format(
                             "&taker={}&priorityFeeLamports={}&broadcastFeeType=exactFee"
                             "&excludeRouters=jupiterz,dflow,okx",
                             request.taker.to_string(), request.priority_fee.raw());
    state_->ask<JupiterOrder>("order", state_->get(std::move(target)), std::move(handler),
                              [](const std::string& body) { return parse_order(body); });
}

void Jupiter::execute(BytesView wire, std::string_view request_id) {
    if (!state_->execute_http) {
        return;
    }
    ++state_->executed.sent;
    state_->execute_http->request(
        state_->post("/swap/v2/execute",
                     fmt::format(R"({{"signedTransaction":"{}","requestId":"{}"}})",
                                 base64_encode(wire), request_id)),
        [weak = state_->weak_from_this(), id = std::string{request_id}](net::HttpResult answer) {
            if (const auto self = weak.lock()) {
                self->on_executed(id, answer);
            }
        });
}

const JupiterSends& Jupiter::sends() const { return state_->executed; }
std::uint64_t Jupiter::requests() const { return state_->requests; }

bool Jupiter::is_answering() const {
    return !state_->failed_at || state_->reactor.now() - *state_->failed_at >= kRest;
}

Duration Jupiter::wait(std::size_t requests) const {
    const MonoTime now = state_->reactor.now();
    return state_->earliest(now, requests) - now;
}

}  // namespace sniperforge::execute
