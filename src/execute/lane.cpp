// SPDX-License-Identifier: MIT
#include "execute/lane.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "execute/answer_text.hpp"
#include "execute/lane_reply.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// So many answers in a row that are no acceptance, and it is left alone for a while.
constexpr std::uint32_t kLaneFailuresMax = 3;
// At first; it doubles each time up to the longest.
constexpr Duration kLaneRest = std::chrono::seconds{1};
constexpr Duration kLaneRestMax = std::chrono::seconds{60};
constexpr std::uint32_t kLaneRestDoublings = 6;
// Jito publishes new figures every few seconds, over a window of minutes.
constexpr Duration kTipFloorInterval = std::chrono::seconds{10};
constexpr Duration kTipFloorAgeMax = std::chrono::seconds{60};
constexpr std::size_t kLaneBodyMax = 64U << 10U;
constexpr std::size_t kLaneConnections = 2;

constexpr int kLaneTooMany = 429;

// As it asks, up to the longest; a moment where it does not say.
[[nodiscard]] Duration pause_of(const net::HttpResponse& response) {
    constexpr std::uint64_t kSecondsMax = kLaneRestMax / std::chrono::seconds{1};
    const auto seconds = seconds_in(response, "retry-after");
    return seconds ? std::chrono::seconds{std::min(*seconds, kSecondsMax)} : kLaneRest;
}

}  // namespace

Lane::Lane(net::Reactor& reactor, const config::LaneSettings& settings, const net::Url& url,
           const std::optional<net::Url>& tip_floor_url, Duration timeout)
    : reactor_{reactor},
      settings_{settings},
      accounts_{tip_accounts_of({&settings, 1})},
      http_{reactor,
            url.address,
            {.connections_max = kLaneConnections,
             .timeout = timeout,
             .body_bytes_max = kLaneBodyMax}},
      target_{url.target},
      interval_{static_cast<std::int64_t>(1e9 / settings.requests_per_second)},
      burst_{std::max<Duration>(std::chrono::seconds{1} - interval_, Duration{0})} {
    counts_.name = settings.name;
    secrets_.add_url(settings.url);
    if (settings.auth) {
        secrets_.add(settings.auth->value);
    }
    if (tip_floor_url) {
        tip_floor_target_ = tip_floor_url->target;
        tip_floor_http_ = std::make_unique<net::HttpClient>(
            reactor, tip_floor_url->address,
            net::HttpClientOptions{
                .connections_max = 1, .timeout = timeout, .body_bytes_max = kLaneBodyMax});
    }
    http_.warm_up(1);
}

bool Lane::may_send(MonoTime now) const { return now >= rests_until_ && turn_ - now <= burst_; }

bool Lane::takes(const Pubkey& account, Lamports tip) const {
    return tip >= settings_.tip_floor && std::ranges::find(accounts_, account) != accounts_.end();
}

TipRange Lane::tip(MonoTime now) const {
    const bool is_fresh = tip_known_ && now - tip_known_at_ <= kTipFloorAgeMax;
    return {settings_.tip_floor,
            is_fresh ? std::max(settings_.tip_floor, *tip_known_) : settings_.tip_floor};
}

// The transaction is base64: nothing in it needs JSON escapes.
net::HttpRequest Lane::request_of(std::string_view transaction) const {
    net::HttpRequest request;
    request.target = target_;
    request.headers = {{"Content-Type", "application/json"}};
    if (settings_.auth) {
        request.headers.push_back({settings_.auth_header, settings_.auth->value});
    }
    const bool is_bundle = settings_.kind == "jito_bundle";
    const std::string_view more =
        settings_.kind == "sender" ? R"(,"skipPreflight":true,"maxRetries":0)" : "";
    request.body = fmt::format(
        R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":[{}"{}"{},{{"encoding":"base64"{}}}]}})",
        is_bundle ? "sendBundle" : "sendTransaction", is_bundle ? "[" : "", transaction,
        is_bundle ? "]" : "", more);
    return request;
}

bool Lane::send(MonoTime now, std::string_view transaction) {
    if (!may_send(now)) {
        ++counts_.held_back;
        return false;
    }
    turn_ = std::max(turn_, now) + interval_;
    ++counts_.sent;
    http_.request(request_of(transaction), [weak = weak_from_this()](net::HttpResult answer) {
        if (const auto self = weak.lock()) {
            self->on_answer(answer);
        }
    });
    return true;
}

void Lane::on_answer(const net::HttpResult& answer) {
    if (!answer) {
        ++counts_.failed;
        return fail_once(answer.error().text, std::nullopt);
    }
    const LaneReply reply = read_lane_reply(answer->body);
    if (answer->status == kLaneTooMany || reply.is_limited) {
        ++counts_.limited;
        return fail_once("it takes no more for now", pause_of(*answer));
    }
    if (!reply.error.empty()) {
        ++counts_.refused;
        return fail_once(secrets_.scrub(reply.error), std::nullopt);
    }
    if (answer->status != 200 || !reply.is_accepted) {
        ++counts_.failed;
        return fail_once(
            fmt::format("HTTP {}: {}", answer->status, excerpt_of(answer->body, secrets_)),
            std::nullopt);
    }
    ++counts_.accepted;
    succeed();
}

// One that refuses everything costs tips for nothing, like one that is away.
void Lane::fail_once(const std::string& why, std::optional<Duration> pause) {
    ++failures_;
    if (!pause && failures_ < kLaneFailuresMax) {
        telemetry::debug("execute", "lane {}: {}", settings_.name, why);
        return;
    }
    const Duration grown = kLaneRest * (1U << std::min(rests_, kLaneRestDoublings));
    const Duration rest = std::min(std::max(grown, pause.value_or(Duration{0})), kLaneRestMax);
    rests_until_ = std::max(rests_until_, reactor_.now() + rest);
    if (rests_++ == 0) {
        telemetry::warning("execute",
                           "lane {}: {}; orders go without it until it answers better, tried "
                           "again in {} s",
                           settings_.name, why, rest / std::chrono::seconds{1});
    }
}

void Lane::succeed() {
    if (rests_ > 0) {
        telemetry::info("execute", "lane {} takes transactions again", settings_.name);
    }
    failures_ = rests_ = 0;
}

void Lane::on_tick(MonoTime now) {
    if (!tip_floor_http_ || now < tip_due_) {
        return;
    }
    tip_due_ = now + kTipFloorInterval;
    net::HttpRequest request;
    request.method = "GET";
    request.target = tip_floor_target_;
    tip_floor_http_->request(std::move(request), [weak = weak_from_this()](net::HttpResult answer) {
        if (const auto self = weak.lock()) {
            self->on_tip_floor(answer);
        }
    });
}

void Lane::on_tip_floor(const net::HttpResult& answer) {
    Result<Lamports> tip =
        !answer ? fail(answer.error().text)
        : answer->status != 200
            ? fail(fmt::format("HTTP {}: {}", answer->status, excerpt_of(answer->body, secrets_)))
            : parse_tip_floor(answer->body, settings_.tip_percentile);
    if (!tip) {
        if (!std::exchange(is_tip_failing_, true)) {
            telemetry::warning("execute", "lane {}: tips that landed: {}; its floor is offered",
                               settings_.name, tip.error().text);
        }
        return;
    }
    is_tip_failing_ = false;
    tip_known_ = *tip;
    tip_known_at_ = reactor_.now();
}

LaneStatistics Lane::statistics(MonoTime now) const {
    LaneStatistics statistics = counts_;
    statistics.is_resting = now < rests_until_;
    statistics.tip = tip(now).wanted;
    return statistics;
}

}  // namespace sniperforge::execute
