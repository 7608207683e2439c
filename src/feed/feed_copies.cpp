// SPDX-License-Identifier: MIT
// Which socket carries what. Accounts are spread by count over the sockets that work, each within
// its capacity, and those that more depends on are carried by several endpoints.
#include <algorithm>
#include <tuple>
#include <utility>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {

std::size_t Feed::State::copies_wanted(const Watch& watch) const {
    const std::uint32_t wanted = watch.priority == Priority::Position ? settings_.copies_position
                                 : watch.priority == Priority::Armed  ? settings_.copies_armed
                                                                      : settings_.copies_scanned;
    // One place stays free: a copy is replaced before it is dropped.
    return std::clamp<std::size_t>(wanted, 1,
                                   std::min(std::max<std::size_t>(endpoints_, 1), kCopiesMax - 1));
}

bool Feed::State::is_usable(const Watch& watch, const Copy& copy) const {
    if (copy.stage == Copy::Stage::None) {
        return false;
    }
    const Socket& socket = *sockets_[copy.socket];
    if (socket.is_available()) {
        return true;
    }
    // A socket that was lost a moment ago may be back before others have subscribed, so what is
    // heard elsewhere waits for it, unless we hold a position.
    return socket.phase == Socket::Phase::Down && !socket.is_given_up && is_heard(watch) &&
           watch.priority != Priority::Position;
}

// Two sockets of one endpoint are lost together: they count once. (The second one took over while
// the first was of no use.)
std::size_t Feed::State::endpoints_in_use(const Watch& watch) const {
    std::size_t count = 0;
    for (auto copy = watch.copies.begin(); copy != watch.copies.end(); ++copy) {
        const bool is_again = std::any_of(watch.copies.begin(), copy, [&](const Copy& before) {
            return is_usable(watch, before) && is_same_endpoint(before, *copy);
        });
        count += is_usable(watch, *copy) && !is_again ? 1 : 0;
    }
    return count;
}

bool Feed::State::is_same_endpoint(const Copy& a, const Copy& b) const {
    return sockets_[a.socket]->endpoint == sockets_[b.socket]->endpoint;
}

bool Feed::State::may_carry(const Watch& watch, const Socket& socket) const {
    return socket.is_available() &&
           std::none_of(watch.copies.begin(), watch.copies.end(), [&](const Copy& copy) {
               return copy.stage != Copy::Stage::None &&
                      (copy.socket == socket.index ||
                       (sockets_[copy.socket]->endpoint == socket.endpoint &&
                        is_usable(watch, copy)));
           });
}

bool Feed::State::has_room_for_one() const {
    return std::any_of(sockets_.begin(), sockets_.end(),
                       [](const auto& socket) { return socket->accounts < socket->capacity; });
}

Socket* Feed::State::choose_socket(const Watch& watch, Priority priority) {
    Socket* best = nullptr;
    const MonoTime now = reactor_.now();
    for (const auto& socket : sockets_) {
        if (socket->accounts >= socket->capacity || !may_carry(watch, *socket)) {
            continue;
        }
        const auto cost = [&](const Socket& s) {
            return std::tuple{s.doubted_until > now, !is_leaders(watch, s), s.accounts};
        };
        if (best == nullptr || cost(*socket) < cost(*best)) {
            best = socket.get();
        }
    }
    return best != nullptr ? best : make_room(watch, priority);
}

bool Feed::State::is_leaders(const Watch& watch, const Socket& socket) const {
    const Watch& leader = watches_[watch.leader];
    return std::any_of(leader.copies.begin(), leader.copies.end(), [&](const Copy& copy) {
        return copy.stage != Copy::Stage::None && copy.socket == socket.index;
    });
}

// Somebody of a lower priority gives way. A look at every account, and only when all is full.
Socket* Feed::State::make_room(const Watch& watch, Priority priority) {
    if (priority == Priority::Scanned) {
        return nullptr;
    }
    const auto socket = std::find_if(sockets_.begin(), sockets_.end(),
                                     [&](const auto& s) { return may_carry(watch, *s); });
    if (socket == sockets_.end()) {
        return nullptr;
    }
    for (AccountIndex other = 0; other < watches_.size(); ++other) {
        if (!tracker_.is_used(other) || watches_[other].priority >= priority) {
            continue;
        }
        if (Copy* const copy = copy_on(watches_[other], (*socket)->index)) {
            drop_copy(other, *copy);
            watches_[other].is_short = true;
            has_short_ = true;
            return socket->get();
        }
    }
    return nullptr;
}

bool Feed::State::add_copy(AccountIndex index, Socket& socket) {
    Watch& watch = watches_[index];
    const auto place = std::find_if(watch.copies.begin(), watch.copies.end(), [](const Copy& copy) {
        return copy.stage == Copy::Stage::None;
    });
    if (place == watch.copies.end()) {
        return false;
    }
    *place = Copy{};
    place->socket = socket.index;
    place->stage = Copy::Stage::Asked;
    ++socket.accounts;
    tracker_.replace_source(index, static_cast<SourceId>(place - watch.copies.begin()));
    socket.pubsub.subscribe_account(tracker_.account(index), index, rank_of(watch.priority));
    return true;
}

void Feed::State::drop_copy(AccountIndex index, Copy& copy) {
    Socket& socket = *sockets_[copy.socket];
    change(index, [&](Watch& watch) {
        release(watch, copy, socket.slot);
        copy = Copy{};
    });
    if (!is_heard(watches_[index])) {
        forget_read(index);
    }
    --socket.accounts;
    socket.pubsub.unsubscribe_account(tracker_.account(index));
}

void Feed::State::maintain(AccountIndex index) {
    Watch& watch = watches_[index];
    const std::size_t wanted = copies_wanted(watch);
    const auto is_in_use = [&](const Copy& copy) { return is_usable(watch, copy); };
    watch.is_short = false;
    while (endpoints_in_use(watch) < wanted) {
        Socket* const socket = choose_socket(watch, watch.priority);
        if (socket == nullptr) {
            watch.is_short = true;
            has_short_ = true;
            break;
        }
        if (!add_copy(index, *socket)) {
            // Every place is taken: one that is of no use goes.
            const auto useless =
                std::find_if_not(watch.copies.begin(), watch.copies.end(), is_in_use);
            if (useless != watch.copies.end()) {
                drop_copy(index, *useless);
            } else {
                drop_surplus(index, 1);
            }
        }
    }
    // With too few, what is of no use now may be again before anything else is.
    if (endpoints_in_use(watch) >= wanted) {
        for (Copy& copy : watch.copies) {
            if (copy.stage != Copy::Stage::None && !is_in_use(copy)) {
                drop_copy(index, copy);
            }
        }
        const auto copies = std::count_if(watch.copies.begin(), watch.copies.end(), is_in_use);
        drop_surplus(index, static_cast<std::size_t>(copies) - wanted);
    }
    ensure_read(index);
}

// Nobody holds it, and somebody could: the state in between has to be read.
void Feed::State::ensure_read(AccountIndex index) {
    const Watch& watch = watches_[index];
    if (watch.is_read_wanted || is_heard(watch)) {
        return;
    }
    const auto active =
        std::find_if(watch.copies.begin(), watch.copies.end(),
                     [](const Copy& copy) { return copy.stage == Copy::Stage::Active; });
    if (active != watch.copies.end()) {
        want_read(index, active->active_slot);
    }
}

// The second ones of an endpoint first, then from the fullest sockets, and never the last that
// holds the account.
void Feed::State::drop_surplus(AccountIndex index, std::size_t surplus) {
    Watch& watch = watches_[index];
    for (; surplus > 0; --surplus) {
        const auto cost = [&](const Copy& copy) {
            const auto of_its_endpoint =
                std::count_if(watch.copies.begin(), watch.copies.end(), [&](const Copy& other) {
                    return other.stage != Copy::Stage::None && is_same_endpoint(copy, other);
                });
            return std::pair{of_its_endpoint > 1, sockets_[copy.socket]->accounts};
        };
        Copy* dearest = nullptr;
        for (Copy& copy : watch.copies) {
            if (copy.stage == Copy::Stage::None) {
                continue;
            }
            const bool is_last_holder =
                copy.is_holding && std::count_if(watch.copies.begin(), watch.copies.end(),
                                                 [](const Copy& c) { return c.is_holding; }) == 1;
            if (!is_last_holder && (dearest == nullptr || cost(copy) > cost(*dearest))) {
                dearest = &copy;
            }
        }
        if (dearest == nullptr) {
            return;
        }
        drop_copy(index, *dearest);
    }
}

void Feed::State::maintain_short() {
    if (!std::exchange(has_short_, false)) {
        return;
    }
    for (int priority = kPriorities - 1; priority >= 0; --priority) {
        for (AccountIndex index = 0; index < watches_.size(); ++index) {
            if (watches_[index].is_short &&
                static_cast<int>(watches_[index].priority) == priority) {
                maintain(index);
            }
        }
    }
}

void Feed::State::on_account_refused(Socket& socket, AccountIndex index) {
    socket.doubted_until = reactor_.now() + kDoubt;
    Watch& watch = watches_[index];
    Copy* const copy = copy_on(watch, socket.index);
    if (copy == nullptr) {
        return;
    }
    if (Socket* const other = choose_socket(watch, Priority::Scanned)) {
        drop_copy(index, *copy);
        add_copy(index, *other);
    }
    // Else it is asked for again here.
}

void Feed::State::give_up_lost_sockets(MonoTime now) {
    for (const auto& socket : sockets_) {
        if (socket->phase != Socket::Phase::Down || socket->pubsub.is_open() ||
            socket->is_given_up || now - socket->down_since < kLossPatience) {
            continue;
        }
        socket->is_given_up = socket->has_failed = true;
        if (socket->accounts == 0) {
            continue;
        }
        telemetry::warning("feed",
                           "{} is away: its {} accounts move to others, as far as there are",
                           socket->name, socket->accounts);
        for (AccountIndex index = 0; index < watches_.size(); ++index) {
            if (tracker_.is_used(index) && copy_on(watches_[index], socket->index) != nullptr) {
                maintain(index);
            }
        }
    }
}

// After a loss all is on the sockets that were left; those that came back take their share again.
// An account is added there first; settle() drops the old copy once the new one holds.
void Feed::State::rebalance() {
    Socket* fullest = nullptr;
    Socket* emptiest = nullptr;
    for (const auto& socket : sockets_) {
        if (socket->phase != Socket::Phase::Live || socket->doubted_until > reactor_.now()) {
            continue;
        }
        if (fullest == nullptr || socket->accounts > fullest->accounts) {
            fullest = socket.get();
        }
        if (emptiest == nullptr || socket->accounts < emptiest->accounts) {
            emptiest = socket.get();
        }
    }
    if (fullest == nullptr || watches_.empty() ||
        fullest->accounts - emptiest->accounts <= fullest->accounts / 4 + kRebalanceBatch / 4) {
        return;
    }
    const std::size_t excess = (fullest->accounts - emptiest->accounts) / 2;
    std::size_t left = std::min({kRebalanceBatch, excess, emptiest->capacity - emptiest->accounts});
    for (std::size_t seen = 0; seen < watches_.size() && left > 0; ++seen) {
        rebalanced_ = (rebalanced_ + 1) % static_cast<AccountIndex>(watches_.size());
        // Whole groups, so that they stay together.
        if (!tracker_.is_used(rebalanced_) || watches_[rebalanced_].leader != rebalanced_) {
            continue;
        }
        for (AccountIndex index = rebalanced_; index < watches_.size() && left > 0; ++index) {
            if (watches_[index].leader == rebalanced_ && move_copy(index, *fullest, *emptiest)) {
                --left;
            }
        }
    }
}

bool Feed::State::move_copy(AccountIndex index, const Socket& from, Socket& to) {
    Watch& watch = watches_[index];
    const Copy* const old = copy_on(watch, from.index);
    const bool is_endpoint_free =
        std::none_of(watch.copies.begin(), watch.copies.end(), [&](const Copy& copy) {
            return copy.stage != Copy::Stage::None && &copy != old &&
                   sockets_[copy.socket]->endpoint == to.endpoint;
        });
    return tracker_.is_used(index) && old != nullptr && old->is_holding && is_endpoint_free &&
           add_copy(index, to);
}

}  // namespace sniperforge::feed
