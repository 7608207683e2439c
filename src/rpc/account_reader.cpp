// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/account_reader.hpp"

#include <algorithm>
#include <utility>

namespace sniperforge::rpc {

AccountReader::AccountReader(net::Reactor& reactor, RpcClient& rpc, AccountReaderOptions options)
    : reactor_{reactor}, rpc_{rpc}, options_{options} {
    if (options_.open_max == 0) {
        options_.open_max = std::max<std::size_t>(rpc.read_connections(), 1);
    }
}

AccountReader::~AccountReader() { reactor_.cancel(timer_); }

void AccountReader::want(AccountSink& sink, std::span<const Pubkey> accounts, ReadPriority priority,
                         std::optional<Slot> slot_min) {
    const auto [registered, is_new_sink] = sinks_.try_emplace(&sink, next_registration_);
    next_registration_ += is_new_sink ? 1 : 0;
    for (const Pubkey& pubkey : accounts) {
        const auto [position, is_new] = wanted_.try_emplace(pubkey);
        Wanted& wanted = position->second;
        if (is_new || priority < wanted.priority) {
            wanted.priority = priority;
            wanted.ticket = next_ticket_++;
            wanted.since = is_new ? reactor_.now() : wanted.since;
            queues_[static_cast<std::size_t>(priority)].push_back({pubkey, wanted.ticket});
        }
        statistics_.repeated += is_new ? 0 : 1;
        const auto asker = std::find_if(wanted.askers.begin(), wanted.askers.end(),
                                        [&](const Asker& each) { return each.sink == &sink; });
        if (asker == wanted.askers.end()) {
            wanted.askers.push_back({&sink, registered->second, slot_min});
        } else {
            asker->registration = registered->second;
            asker->slot_min = std::max(asker->slot_min, slot_min);
        }
    }
    pump();
}

void AccountReader::forget(const AccountSink& sink) {
    // What waits for nobody else is found out when its turn comes.
    sinks_.erase(&sink);
}

void AccountReader::forget(const AccountSink& sink, const Pubkey& account) {
    const auto found = wanted_.find(account);
    if (found == wanted_.end()) {
        return;
    }
    std::erase_if(found->second.askers, [&](const Asker& each) { return each.sink == &sink; });
    if (found->second.askers.empty()) {
        wanted_.erase(found);
    }
}

bool AccountReader::is_listening(const Asker& asker) const {
    const auto found = sinks_.find(asker.sink);
    return found != sinks_.end() && found->second == asker.registration;
}

void AccountReader::wait_until(MonoTime at) {
    reactor_.cancel(timer_);
    timer_ = reactor_.schedule_at(at, [this] {
        timer_ = 0;
        pump();
    });
}

// What can go now, goes. A batch is filled as late as possible: while no endpoint has budget for
// it, more may join.
void AccountReader::pump() {
    while (under_way_ < options_.open_max && !wanted_.empty()) {
        const MonoTime at = rpc_.read_available_at();
        const MonoTime now = reactor_.now();  // Taken after `at`, whose "now" is then not ahead.
        if (at > now) {
            return wait_until(at);
        }
        if (wanted_.size() < kAccountsPerRead) {
            MonoTime oldest = now;
            for (auto& queue : queues_) {
                while (!queue.empty()) {
                    const auto found = wanted_.find(queue.front().pubkey);
                    if (found != wanted_.end() && found->second.ticket == queue.front().ticket) {
                        oldest = std::min(oldest, found->second.since);
                        break;
                    }
                    queue.pop_front();
                }
            }
            if (now - oldest < options_.wait_max) {
                return wait_until(oldest + options_.wait_max);
            }
        }
        Batch batch = take_batch();
        if (!batch.keys.empty()) {
            read(std::move(batch));
        }
    }
}

void AccountReader::Batch::take(const Pubkey& pubkey, ReadPriority priority,
                                std::vector<Asker>& waiting, std::optional<Slot> slot_best) {
    if (keys.empty()) {  // The first account decides what the others must be like.
        is_shared = std::any_of(waiting.begin(), waiting.end(),
                                [&](const Asker& each) { return is_served(each, slot_best); });
        slot_min = is_shared ? std::nullopt : waiting.front().slot_min;
    }
    const auto others =
        std::stable_partition(waiting.begin(), waiting.end(), [&](const Asker& each) {
            return is_shared ? is_served(each, slot_best) : each.slot_min == slot_min;
        });
    if (others == waiting.begin()) {
        return;
    }
    keys.push_back(pubkey);
    priorities.push_back(priority);
    askers.emplace_back(waiting.begin(), others);
    waiting.erase(waiting.begin(), others);
    for (const Asker& asker : askers.back()) {
        slot_min = std::max(slot_min, asker.slot_min);
    }
}

AccountReader::Batch AccountReader::take_batch() {
    Batch batch;
    const std::optional<Slot> slot_best = rpc_.slot_best(options_.commitment);
    for (auto& queue : queues_) {
        std::vector<Place> passed_over;  // They keep their place.
        while (!queue.empty() && batch.keys.size() < kAccountsPerRead) {
            const Place place = queue.front();
            queue.pop_front();
            const auto found = wanted_.find(place.pubkey);
            if (found == wanted_.end() || found->second.ticket != place.ticket) {
                continue;
            }
            std::vector<Asker>& askers = found->second.askers;
            std::erase_if(askers, [this](const Asker& each) { return !is_listening(each); });
            if (!askers.empty()) {
                batch.take(place.pubkey, found->second.priority, askers, slot_best);
            }
            if (askers.empty()) {
                wanted_.erase(found);
            } else {
                passed_over.push_back(place);
            }
        }
        queue.insert(queue.begin(), passed_over.begin(), passed_over.end());
    }
    return batch;
}

void AccountReader::read(Batch batch) {
    ++under_way_;
    ++statistics_.reads;
    statistics_.accounts += batch.keys.size();
    const ReadOptions options{.commitment = options_.commitment,
                              .context_slot_min = batch.slot_min};
    const std::span<const Pubkey> keys{batch.keys};
    // The span is read before the call returns; the vector's storage survives its move.
    rpc_.get_multiple_accounts(keys, options,
                               [this, alive = std::weak_ptr<int>{alive_},
                                batch = std::move(batch)](RpcResult<MultipleAccounts> result) {
                                   if (alive.expired()) {
                                       return;
                                   }
                                   --under_way_;
                                   on_read(batch, result);
                                   if (!alive.expired()) {  // A sink may have ended us.
                                       pump();
                                   }
                               });
}

// Others needed a newer slot, which may be why it failed.
void AccountReader::want_apart(const Pubkey& pubkey, ReadPriority priority, Asker asker,
                               const RpcError& why) {
    const auto [position, is_new] = wanted_.try_emplace(pubkey);
    Wanted& wanted = position->second;
    if (std::any_of(wanted.askers.begin(), wanted.askers.end(),
                    [&](const Asker& each) { return each.sink == asker.sink; })) {
        asker.sink->on_unread(pubkey, why);  // It has wanted it again by itself.
        return;
    }
    if (is_new) {
        wanted.priority = priority;
        wanted.ticket = next_ticket_++;
        wanted.since = reactor_.now();
        queues_[static_cast<std::size_t>(priority)].push_front({pubkey, wanted.ticket});
    }
    asker.is_apart = true;
    wanted.askers.push_back(asker);
}

void AccountReader::on_read(const Batch& batch, const RpcResult<MultipleAccounts>& result) {
    statistics_.failed += result ? 0 : batch.keys.size();
    const std::weak_ptr<int> alive{alive_};
    for (std::size_t i = 0; i < batch.keys.size(); ++i) {
        for (const Asker& asker : batch.askers[i]) {
            if (alive.expired()) {
                return;
            }
            if (!is_listening(asker)) {
                continue;
            }
            if (!result && batch.is_shared && asker.slot_min < batch.slot_min) {
                want_apart(batch.keys[i], batch.priorities[i], asker, result.error());
                continue;
            }
            if (!result) {
                asker.sink->on_unread(batch.keys[i], result.error());
                continue;
            }
            const auto& account = result->accounts[i];
            asker.sink->on_account(batch.keys[i], account ? &*account : nullptr,
                                   result->context_slot);
        }
    }
}

}  // namespace sniperforge::rpc
