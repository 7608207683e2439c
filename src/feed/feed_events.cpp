// SPDX-License-Identifier: MIT
// What is not the state of watched accounts: programs' new accounts, logs of what made them,
// signatures. Programs and logs are subscribed on up to two endpoints and told once.
#include <algorithm>
#include <utility>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"
#include "sniperforge/dex/logged_creations.hpp"
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

// Of a program's logs all but a few tell of swaps: only what makes a pool is handed on. It is read
// again by whoever hears it, as what a log says is a matter of decisions.
void Feed::State::on_logs(const LogsUpdate& update, std::uint32_t tag, MonoTime received) {
    ++statistics_.logs;
    if (update.is_failed) {
        return;
    }
    const dex::LoggedCreations said = dex::read_creations(update.lines);
    // What was cut may have made a pool, too; where swaps are told, most of what was cut did not.
    const bool is_worth_reading = said.is_cut && tag == kCreationLogsTag;
    if (!said.is_any() && !is_worth_reading) {
        statistics_.logs_cut += said.is_cut ? 1 : 0;
    } else if (recent_signatures_.insert(update.signature)) {
        ++statistics_.logs_of_creations;
        deliver(update, received);
    } else {
        ++statistics_.duplicates;
    }
}

void Feed::State::subscribe_programs(std::size_t place, bool is_subscribing) {
    rpc::PubSub& pubsub = sockets_[*event_sockets_[place]]->pubsub;
    for (const VenueId venue : venues_of(settings_)) {
        const auto tag = static_cast<std::uint32_t>(kProgramTag + place);
        if (is_subscribing) {
            pubsub.subscribe_program(dex::program_of(venue), filter_of(venue), tag);
        } else {
            pubsub.unsubscribe_program(dex::program_of(venue), filter_of(venue));
        }
    }
}

void Feed::State::subscribe_logs(std::size_t place, bool is_subscribing) {
    rpc::PubSub& pubsub = sockets_[*event_sockets_[place]]->pubsub;
    for (const VenueId venue : venues_of(settings_)) {
        const dex::CreationMention mention = dex::creation_mention(venue);
        if (is_subscribing) {
            pubsub.subscribe_logs(mention.account,
                                  mention.is_of_creations_alone ? kCreationLogsTag : kLogsTag);
        } else {
            pubsub.unsubscribe_logs(mention.account);
        }
    }
}

void Feed::State::subscribe_events(std::size_t place, bool is_subscribing) {
    if (settings_.hears_new_pools_by("accounts")) {
        subscribe_programs(place, is_subscribing);
    }
    if (settings_.hears_new_pools_by("logs")) {
        subscribe_logs(place, is_subscribing);
    }
}

void Feed::State::settings_changed(const config::FeedSettings& settings) {
    const config::FeedSettings before = settings_;
    settings_.new_pools_by = settings.new_pools_by;
    const auto change = [&](std::string_view way, auto subscribe) {
        const bool is_wanted = settings_.hears_new_pools_by(way);
        if (is_wanted == before.hears_new_pools_by(way)) {
            return;
        }
        for (std::size_t place = 0; place < event_sockets_.size(); ++place) {
            if (event_sockets_[place]) {
                subscribe(place, is_wanted);
            }
        }
    };
    change("accounts", [this](std::size_t place, bool is_on) { subscribe_programs(place, is_on); });
    change("logs", [this](std::size_t place, bool is_on) { subscribe_logs(place, is_on); });
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
