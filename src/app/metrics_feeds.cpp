// SPDX-License-Identifier: MIT
// What is heard of the market, and the endpoints that are asked.
#include "app/metrics_parts.hpp"

namespace sniperforge::app {
namespace {

void add_feed_counters(ops::Exposition& out, const feed::FeedStatistics& feed) {
    counter(out, "sniperforge_feed_update_applied_total", "Updates handed to the pipeline.",
            feed.updates);
    counter(out, "sniperforge_feed_update_duplicate_dropped_total",
            "Updates that were heard before, or older than what is held.", feed.duplicates);
    counter(out, "sniperforge_feed_log_heard_total",
            "Notifications of a transaction's log lines, failed and doubled ones too.", feed.logs);
    counter(out, "sniperforge_feed_log_of_creation_applied_total",
            "Of those, such as were handed on because they made a pool or may have.",
            feed.logs_of_creations);
    counter(out, "sniperforge_feed_log_cut_dropped_total",
            "Of those, such as the node had cut and that tell nothing.", feed.logs_cut);
    counter(out, "sniperforge_feed_account_backfilled_total",
            "Accounts read by RPC, those that do not exist included.", feed.backfilled);
    counter(out, "sniperforge_feed_account_lost_total",
            "Accounts that were heard no more while others were.", feed.accounts_lost);
    counter(out, "sniperforge_feed_account_audited_total",
            "Accounts read and compared with what was heard.", feed.audited);
    counter(out, "sniperforge_feed_gap_found_total",
            "Of those, such as had changed without a notification.", feed.gaps_found);
    counter(out, "sniperforge_feed_subscription_deaf_found_total",
            "Subscriptions that missed what another copy told.", feed.deaf_found);
    counter(out, "sniperforge_feed_slot_abandoned_total",
            "Slots that were announced and not built on.", feed.slots_abandoned);
    counter(out, "sniperforge_feed_problem_met_total",
            "Unreadable frames, refused subscriptions and failed reads.", feed.problems);
    counter(out, "sniperforge_feed_read_sent_total", "getMultipleAccounts requests.", feed.reads);
    counter(out, "sniperforge_feed_lost_total", "Times that nothing was heard any more.",
            feed.lost);
    counter(out, "sniperforge_feed_lost_seconds_total",
            "Time that nothing was heard, the start included.", seconds_of(feed.time_lost));
    counter(out, "sniperforge_feed_blind_seconds_total",
            "Time that at least one account was not heard.", seconds_of(feed.time_blind));
}

// Of each socket, one family after the other: a family stands once.
template <typename Value>
void per_socket(ops::Exposition& out, const feed::FeedStatistics& feed, const Value& value) {
    for (const feed::SocketStatistics& socket : feed.sockets) {
        out.sample(value(socket), {{"socket", socket.name}});
    }
}

void add_sockets(ops::Exposition& out, const feed::FeedStatistics& feed) {
    using Socket = feed::SocketStatistics;
    out.gauge("sniperforge_feed_socket_live", "1: it is connected and tells what it should.");
    per_socket(out, feed, [](const Socket& s) { return s.state == "live"; });
    out.gauge("sniperforge_feed_socket_slot_lag",
              "Newest slots that others have announced and it has not.");
    per_socket(out, feed, [](const Socket& s) { return s.slot_lag; });
    out.gauge("sniperforge_feed_socket_subscriptions", "Subscriptions that it carries.");
    per_socket(out, feed, [](const Socket& s) { return std::uint64_t{s.subscriptions}; });
    out.counter("sniperforge_feed_socket_notification_heard_total", "Notifications it brought.");
    per_socket(out, feed, [](const Socket& s) { return s.notifications; });
    out.counter("sniperforge_feed_socket_stalled_total", "Times that it fell silent.");
    per_socket(out, feed, [](const Socket& s) { return s.stalls; });
    out.counter("sniperforge_feed_socket_lost_total", "Times that it was lost.");
    per_socket(out, feed, [](const Socket& s) { return s.losses; });
}

template <typename Value>
void per_endpoint(ops::Exposition& out, const Replica& replica, const Value& value) {
    for (const rpc::EndpointHealth& endpoint : replica.endpoints) {
        out.sample(value(endpoint), {{"endpoint", endpoint.name}});
    }
}

template <typename Value>
void per_method(ops::Exposition& out, const Replica& replica, const Value& value) {
    for (const rpc::EndpointHealth& endpoint : replica.endpoints) {
        for (const rpc::MethodHealth& method : endpoint.methods) {
            out.sample(value(method), {{"endpoint", endpoint.name}, {"method", method.name}});
        }
    }
}

void add_requests(ops::Exposition& out, const Replica& replica) {
    using Endpoint = rpc::EndpointHealth;
    using Method = rpc::MethodHealth;
    out.counter("sniperforge_rpc_request_sent_total", "Requests, by endpoint and method.");
    per_method(out, replica, [](const Method& m) { return m.requests; });
    out.counter("sniperforge_rpc_request_failed_total",
                "Of those, such as got no answer that says anything.");
    per_method(out, replica, [](const Method& m) { return m.failures; });
    out.gauge("sniperforge_rpc_method_avoided",
              "1: its breaker is open, and others are asked while they can be.");
    per_method(out, replica, [](const Method& m) { return m.is_open; });
    out.gauge("sniperforge_rpc_method_latency_p50_seconds", "Median of its newest answers.");
    per_method(out, replica, [](const Method& m) { return seconds_of(m.latency_p50); });
    out.gauge("sniperforge_rpc_method_latency_p95_seconds",
              "95th percentile of its newest answers.");
    per_method(out, replica, [](const Method& m) { return seconds_of(m.latency_p95); });
    out.counter("sniperforge_rpc_request_rate_limited_total",
                "Answers that we ask too often, by endpoint.");
    per_endpoint(out, replica, [](const Endpoint& e) { return e.rate_limited; });
    out.counter("sniperforge_rpc_request_hedged_total",
                "Requests repeated elsewhere because this endpoint was slow.");
    per_endpoint(out, replica, [](const Endpoint& e) { return e.hedges; });
}

}  // namespace

void add_feed(ops::Exposition& out, const feed::FeedStatistics& feed) {
    gauge(out, "sniperforge_feed_blind", "1: nothing of the market is heard.", feed.is_blind);
    gauge(out, "sniperforge_feed_slot", "The newest slot that was heard of.", feed.slot.value);
    gauge(out, "sniperforge_feed_slot_time_seconds", "What a slot takes, as measured.",
          seconds_of(feed.slot_time));
    out.gauge("sniperforge_feed_accounts",
              "Accounts that are watched, and how many of them are "
              "not read yet or not heard.");
    out.sample(std::uint64_t{feed.accounts_watched}, {{"standing", "watched"}});
    out.sample(std::uint64_t{feed.accounts_new}, {{"standing", "new"}});
    out.sample(std::uint64_t{feed.accounts_blind}, {{"standing", "blind"}});
    add_feed_counters(out, feed);
    add_sockets(out, feed);
}

void add_endpoints(ops::Exposition& out, const Replica& replica) {
    using Endpoint = rpc::EndpointHealth;
    out.gauge("sniperforge_rpc_endpoint_healthy", "1: no breaker is open and nothing is paused.");
    per_endpoint(out, replica, [](const Endpoint& e) { return e.is_healthy; });
    out.gauge("sniperforge_rpc_endpoint_slot", "The newest slot that it told of; 0: none yet.");
    per_endpoint(out, replica, [](const Endpoint& e) { return e.slot ? e.slot->value : 0; });
    out.gauge("sniperforge_rpc_endpoint_slot_lag",
              "Slots behind the best endpoint, when it last told.");
    per_endpoint(out, replica, [](const Endpoint& e) { return e.slot_lag; });
    out.gauge("sniperforge_rpc_endpoint_requests_left", "Of one second's worth of its rate.");
    per_endpoint(out, replica, [](const Endpoint& e) { return e.requests_left; });
    out.gauge("sniperforge_rpc_endpoint_credits_left",
              "The same in credits, of endpoints that are billed so.");
    for (const Endpoint& endpoint : replica.endpoints) {
        if (endpoint.credits_left) {
            out.sample(*endpoint.credits_left, {{"endpoint", endpoint.name}});
        }
    }
    add_requests(out, replica);
}

void add_market(ops::Exposition& out, const Replica& replica) {
    const engine::RunReport& report = replica.report;
    gauge(out, "sniperforge_detect_pools_watched", "Pools in the book.", report.pools);
    counter(out, "sniperforge_detect_pool_created_total", "Pools that began while we watched.",
            report.pools_created);
    counter(out, "sniperforge_detect_swap_seen_total", "Swaps of others in these pools.",
            report.swaps_seen);
    counter(out, "sniperforge_detect_update_scanned_total",
            "Updates that pools were looked at for; its rate is the scan rate.", report.updates);
    counter(out, "sniperforge_detect_event_found_total",
            "Of those, such as meant something to strategies.", report.market_events);
    counter(out, "sniperforge_detect_token_judged_total", "Tokens whose safety was followed.",
            report.safety.judged);
    counter(out, "sniperforge_detect_token_passed_total", "Of those, such as were safe once.",
            report.safety.passed);
    gauge(out, "sniperforge_engine_sol_price_usd",
          "What limits in USD are checked at; 0: not known yet.",
          static_cast<double>(report.sol_price.raw()) / 1e6);
}

}  // namespace sniperforge::app
