// SPDX-License-Identifier: MIT
// What is not the state of watched accounts: programs' new accounts, logs, signatures. Programs and
// logs are subscribed on up to two endpoints and told once.
#include <algorithm>
#include <utility>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/feed/transaction_reader.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {
namespace {

rpc::ProgramFilter filter_of(VenueId venue) {
    const BytesView begin = dex::pool_discriminator(venue);
    return {dex::pool_bytes(venue), {begin.begin(), begin.end()}};
}

}  // namespace

void Feed::State::on_program(std::size_t source, const AccountUpdate& update, MonoTime received) {
    if (tree_.is_abandoned(update.slot)) {
        ++statistics_.duplicates;
        return;
    }
    bool is_news = false;
    if (const auto index = tracker_.find(update.pubkey)) {
        is_news = tracker_.observe(*index, update, kProgramSource + source) ==
                  AccountTracker::Verdict::Fresh;
    } else {
        is_news = recent_.observe(update.pubkey, update.slot, content_hash(update));
    }
    if (is_news) {
        deliver(update, received);
    } else {
        ++statistics_.duplicates;
    }
}

void Feed::State::on_logs(const LogsUpdate& update, MonoTime received) {
    if (!logs_window_.offer(update, received)) {
        ++statistics_.duplicates;
    }
    release_logs();
}

void Feed::State::release_logs() {
    logs_window_.release(reactor_.now());
    statistics_.events_late = logs_window_.late();
    const auto due = logs_window_.due();
    if (due && logs_timer_ == 0) {
        logs_timer_ = reactor_.schedule_at(*due, [this] {
            logs_timer_ = 0;
            release_logs();
        });
    }
}

void Feed::State::watch_logs(const Pubkey& mentioned) {
    if (std::find(logs_.begin(), logs_.end(), mentioned) != logs_.end()) {
        return;
    }
    if (logs_.size() >= kLogsMax) {
        note_problem(fmt::format("logs of {} accounts are watched, the limit: {} is not", kLogsMax,
                                 mentioned.to_string()));
        return;
    }
    logs_.push_back(mentioned);
    for (const auto& place : event_sockets_) {
        if (place) {
            sockets_[*place]->pubsub.subscribe_logs(mentioned, kLogsTag);
        }
    }
}

void Feed::State::subscribe_events(std::size_t place, bool is_subscribing) {
    rpc::PubSub& pubsub = sockets_[*event_sockets_[place]]->pubsub;
    if (settings_.is_watching_new_pools) {
        for (const VenueId venue : venues_of(settings_)) {
            const auto tag = static_cast<std::uint32_t>(kProgramTag + place);
            if (is_subscribing) {
                pubsub.subscribe_program(dex::program_of(venue), filter_of(venue), tag);
            } else {
                pubsub.unsubscribe_program(dex::program_of(venue), filter_of(venue));
            }
        }
    }
    for (const Pubkey& mentioned : logs_) {
        if (is_subscribing) {
            pubsub.subscribe_logs(mentioned, kLogsTag);
        } else {
            pubsub.unsubscribe_logs(mentioned);
        }
    }
}

// On the first sockets of different endpoints; one that stays away is replaced when another
// endpoint works.
void Feed::State::choose_event_sockets(MonoTime now) {
    for (std::size_t place = 0; place < event_sockets_.size(); ++place) {
        auto& current = event_sockets_[place];
        const auto& other = event_sockets_[1 - place];
        const auto is_away = [&](const Socket& socket) {
            return socket.phase == Socket::Phase::Stalled ||
                   (socket.phase == Socket::Phase::Down && !socket.pubsub.is_open() &&
                    now - socket.down_since >= kEventPatience);
        };
        if (current && !is_away(*sockets_[*current])) {
            continue;
        }
        const auto better = std::find_if(sockets_.begin(), sockets_.end(), [&](const auto& socket) {
            return socket->is_available() && !(current && is_away(*socket)) &&
                   socket->index != current && socket->index != other &&
                   (!other || sockets_[*other]->endpoint != socket->endpoint);
        });
        if (better == sockets_.end()) {
            continue;
        }
        if (current) {
            telemetry::warning("feed", "{} is away: {} listens for new pools",
                               sockets_[*current]->name, (*better)->name);
            subscribe_events(place, false);
        }
        current = (*better)->index;
        subscribe_events(place, true);
    }
}

void Feed::State::watch_signature(const Signature& signature) {
    if (!signatures_open_.try_emplace(signature, true).second) {
        return;
    }
    signatures_.push_back(signature);
    // One socket of each endpoint: the first that works, or the first.
    for (std::size_t endpoint = 0; endpoint < endpoints_; ++endpoint) {
        const auto of_endpoint = [&](const auto& socket) { return socket->endpoint == endpoint; };
        auto chosen = std::find_if(sockets_.begin(), sockets_.end(), [&](const auto& socket) {
            return of_endpoint(socket) && socket->is_available();
        });
        if (chosen == sockets_.end()) {
            chosen = std::find_if(sockets_.begin(), sockets_.end(), of_endpoint);
        }
        (*chosen)->pubsub.subscribe_signature(signature, Commitment::Confirmed);
    }
    if (signatures_.size() > kSignaturesMax) {
        // It never landed, or it landed long ago: either way nobody waits for it any more.
        for (const auto& socket : sockets_) {
            socket->pubsub.unsubscribe_signature(signatures_.front(), Commitment::Confirmed);
        }
        signatures_open_.erase(signatures_.front());
        signatures_.pop_front();
    }
}

void Feed::State::on_signature(const SignatureUpdate& update, MonoTime received) {
    const auto open = signatures_open_.find(update.signature);
    if (open == signatures_open_.end() || !open->second) {
        ++statistics_.duplicates;
        return;
    }
    open->second = false;
    deliver(update, received);
}

}  // namespace sniperforge::feed
