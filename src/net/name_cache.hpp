// SPDX-License-Identifier: MIT
// Addresses of names: looked up when needed, used for a minute at most, and looked up again at once
// after a connection to them failed. However the resolver behaves, an answer comes in bounded time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

// The addresses of what needs no lookup: numeric hosts, and localhost with all below it, which is
// loopback also where the machine's resolver does not know it (RFC 6761, section 6.3).
[[nodiscard]] std::vector<std::string> literal_addresses(const std::string& host);

// In the order in which they are to be tried: that of preference, but alternating between IPv6 and
// IPv4 as long as there are both, so that a network where one of them goes nowhere costs one
// attempt. What is no address is left out.
[[nodiscard]] std::vector<std::string> alternate_families(
    const std::vector<std::string>& addresses);

class NameCache {
 public:
    // Providers move endpoints by DNS within minutes; looking up once a minute costs nothing.
    static constexpr Duration kAgeMax = std::chrono::seconds{60};
    // Below the 5 s that requests and handshakes have, so that their failure names its cause.
    static constexpr Duration kLookupMax = std::chrono::seconds{3};
    static constexpr std::size_t kNamesMax = 256;     // The one looked up longest ago makes room.
    static constexpr std::size_t kAddressesMax = 16;  // Of one name; the others are ignored.

    NameCache(Reactor& reactor, ResolveName resolve)
        : reactor_{reactor}, resolve_{std::move(resolve)} {}
    ~NameCache();
    NameCache(const NameCache&) = delete;
    NameCache& operator=(const NameCache&) = delete;

    // Calls the handler in an event of its own, unless this object goes first. All that ask for a
    // name during its lookup share it.
    void find(const std::string& host, ResolveHandler handler);
    // What is known of the name is not used again.
    void forget(const std::string& host);

    [[nodiscard]] std::uint64_t lookups() const { return lookups_; }
    [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
    struct Entry {
        std::vector<std::string> addresses;  // None: not known.
        MonoTime asked_at;                   // The answer is as old as its question.
        std::uint64_t lookup = 0;            // Under way; 0: none.
        TimerId timeout = 0;
        std::vector<ResolveHandler> waiting;
    };

    void start_lookup(const std::string& host, Entry& entry);
    void on_answer(const std::string& host, std::uint64_t lookup,
                   Result<std::vector<std::string>> answer);
    void make_room();

    Reactor& reactor_;
    ResolveName resolve_;
    std::map<std::string, Entry> entries_;
    std::uint64_t lookups_ = 0;
    std::uint64_t failures_ = 0;
    // Tells an answer that comes late, or to nobody, that it does.
    std::shared_ptr<NameCache*> self_ = std::make_shared<NameCache*>(this);
};

}  // namespace sniperforge::net
