// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <chrono>

#include "feed/feed_state.hpp"
#include "sniperforge/core/json_text.hpp"

namespace sniperforge::feed {

FeedStatistics Feed::State::current_statistics() const {
    FeedStatistics out = statistics_;
    out.accounts_watched = tracker_.size();
    out.accounts_new = count(Standing::New);
    out.accounts_blind = count(Standing::Blind);
    out.reads = reader_.statistics().reads;
    out.read_fill = reader_.statistics().fill();
    out.slot = clock_.slot();
    out.slot_time = clock_.slot_time();
    const MonoTime now = reactor_.now();
    const Duration running = now - blind_since_;
    out.time_lost += is_lost_time_running_ ? running : Duration{0};
    out.time_blind += is_blind_time_running_ ? running : Duration{0};
    std::string_view endpoint_told;
    for (const auto& socket : sockets_) {
        if (!socket->trouble.empty() && socket->endpoint_name != endpoint_told) {
            endpoint_told = socket->endpoint_name;
            out.socket_trouble += (out.socket_trouble.empty() ? "" : "; ") + socket->trouble;
        }
        out.sockets.push_back(
            {.name = socket->name,
             .state = socket->state_name(now - socket->slot_heard_at <
                                         clock_.slot_time() * settings_.lag_slots),
             .subscriptions = socket->pubsub.subscriptions(),
             .accounts = socket->accounts,
             .notifications = socket->notifications,
             .slot_lag = tree_.heads() - socket->order,
             .stalls = socket->stalls,
             .losses = socket->losses,
             .renewed = socket->renewed});
    }
    return out;
}

std::string to_json(const FeedStatistics& s) {
    std::string sockets;
    for (const SocketStatistics& socket : s.sockets) {
        sockets += fmt::format(
            R"({}{{"name":{},"state":"{}","subscriptions":{},"accounts":{},"notifications":{},)"
            R"("slot_lag":{},"stalls":{},"losses":{},"renewed":{}}})",
            sockets.empty() ? "" : ",", json_quoted(socket.name), socket.state,
            socket.subscriptions, socket.accounts, socket.notifications, socket.slot_lag,
            socket.stalls, socket.losses, socket.renewed);
    }
    const auto seconds = [](Duration duration) {
        return std::chrono::duration<double>(duration).count();
    };
    return fmt::format(
        R"({{"updates":{},"duplicates":{},"backfilled":{},"reads":{},"read_fill":{:.3f},"times_lost":{},"accounts_lost":{},)"
        R"("problems":{},"audited":{},"gaps_found":{},"deaf_found":{},"slots_abandoned":{},)"
        R"("fork_accounts":{},"logs":{{"heard":{},"of_creations":{},"cut":{}}},"accounts":{{"watched":{},"new":{},"blind":{}}},)"
        R"("time_lost_s":{:.3f},"time_blind_s":{:.3f},"slot_time_ms":{},"sockets":[{}]}})",
        s.updates, s.duplicates, s.backfilled, s.reads, s.read_fill, s.lost, s.accounts_lost,
        s.problems, s.audited, s.gaps_found, s.deaf_found, s.slots_abandoned, s.fork_accounts,
        s.logs, s.logs_of_creations, s.logs_cut, s.accounts_watched, s.accounts_new,
        s.accounts_blind, seconds(s.time_lost), seconds(s.time_blind),
        s.slot_time / std::chrono::milliseconds{1}, sockets);
}

}  // namespace sniperforge::feed
