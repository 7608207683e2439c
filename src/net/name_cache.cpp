// SPDX-License-Identifier: MIT
#include "net/name_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <optional>
#include <utility>

namespace sniperforge::net {

std::vector<std::string> literal_addresses(const std::string& host) {
    if (host == "localhost" || host.ends_with(".localhost")) {
        return {"127.0.0.1", "::1"};
    }
    boost::system::error_code not_numeric;
    (void)boost::asio::ip::make_address(host, not_numeric);
    return not_numeric ? std::vector<std::string>{} : std::vector<std::string>{host};
}

std::vector<std::string> alternate_families(const std::vector<std::string>& addresses) {
    std::array<std::vector<std::string>, 2> families;  // The preferred one first.
    std::optional<bool> is_v6_preferred;
    for (const std::string& text : addresses) {
        boost::system::error_code not_numeric;
        const auto address = boost::asio::ip::make_address(text, not_numeric);
        if (!not_numeric) {
            is_v6_preferred = is_v6_preferred.value_or(address.is_v6());
            families[address.is_v6() == *is_v6_preferred ? 0 : 1].push_back(text);
        }
    }
    std::vector<std::string> order;
    for (std::size_t i = 0; i < std::max(families[0].size(), families[1].size()); ++i) {
        for (const auto& family : families) {
            if (i < family.size()) {
                order.push_back(family[i]);
            }
        }
    }
    return order;
}

NameCache::~NameCache() {
    *self_ = nullptr;
    for (const auto& [host, entry] : entries_) {
        reactor_.cancel(entry.timeout);
    }
}

void NameCache::find(const std::string& host, ResolveHandler handler) {
    std::vector<std::string> known = literal_addresses(host);
    if (known.empty()) {
        const auto found = entries_.find(host);
        if (found != entries_.end() && reactor_.now() - found->second.asked_at <= kAgeMax) {
            known = found->second.addresses;
        }
    }
    if (!known.empty()) {
        reactor_.post([addresses = std::move(known), answer = std::move(handler)]() mutable {
            answer(std::move(addresses));
        });
        return;
    }
    if (!entries_.contains(host)) {
        make_room();
    }
    Entry& entry = entries_[host];
    entry.waiting.push_back(std::move(handler));
    if (entry.lookup == 0) {
        start_lookup(host, entry);
    }
}

void NameCache::start_lookup(const std::string& host, Entry& entry) {
    const std::uint64_t lookup = ++lookups_;
    entry.lookup = lookup;
    entry.asked_at = reactor_.now();
    entry.addresses.clear();
    entry.timeout = reactor_.schedule_after(kLookupMax, [this, host, lookup] {
        on_answer(host, lookup,
                  fail(fmt::format("no answer from the resolver within {} ms",
                                   kLookupMax / std::chrono::milliseconds{1})));
    });
    // In an event of its own: a resolver may answer at once.
    reactor_.post([self = self_, host, lookup] {
        if (*self == nullptr) {
            return;
        }
        (*self)->resolve_(host, [self, host, lookup](Result<std::vector<std::string>> answer) {
            if (*self != nullptr) {
                (*self)->on_answer(host, lookup, std::move(answer));
            }
        });
    });
}

void NameCache::on_answer(const std::string& host, std::uint64_t lookup,
                          Result<std::vector<std::string>> answer) {
    const auto found = entries_.find(host);
    if (found == entries_.end() || found->second.lookup != lookup) {
        return;  // It was given up, and perhaps asked again.
    }
    Entry& entry = found->second;
    entry.lookup = 0;
    reactor_.cancel(std::exchange(entry.timeout, 0));
    if (answer && answer->empty()) {
        answer = fail("the name has no address");
    }
    if (answer && answer->size() > kAddressesMax) {
        answer->resize(kAddressesMax);
    }
    std::vector<ResolveHandler> waiting = std::exchange(entry.waiting, {});
    if (answer) {
        entry.addresses = *answer;
    } else {
        ++failures_;
        answer = fail("resolving " + host, answer.error());
        entries_.erase(found);
    }
    for (ResolveHandler& handler : waiting) {
        handler(answer);
    }
}

void NameCache::forget(const std::string& host) {
    const auto found = entries_.find(host);
    if (found != entries_.end()) {
        found->second.addresses.clear();  // A lookup under way is newer than what failed.
    }
}

void NameCache::make_room() {
    while (entries_.size() >= kNamesMax) {
        auto oldest = entries_.end();
        for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
            if (entry->second.lookup == 0 &&
                (oldest == entries_.end() || entry->second.asked_at < oldest->second.asked_at)) {
                oldest = entry;
            }
        }
        if (oldest == entries_.end()) {
            return;  // All are being looked up, which ends within kLookupMax.
        }
        entries_.erase(oldest);
    }
}

}  // namespace sniperforge::net
