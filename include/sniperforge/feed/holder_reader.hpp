// SPDX-License-Identifier: MIT
// HolderReader: who holds the most of a token, and its supply in the same slot. By RPC, one mint at
// a time and so many calls a minute, off the hot path.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/safety.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::feed {

class HolderEvents {
 public:
    virtual ~HolderEvents() = default;
    // Once for each that was looked up. Nothing: it could not be read.
    virtual void on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) = 0;
};

struct HolderReaderStatistics {
    std::uint64_t calls = 0;
    std::uint64_t read = 0, failed = 0;  // Of those that were looked up.
    std::uint64_t lost = 0;              // Asked for while kWaitingMax waited.
};

class HolderReader {
 public:
    static constexpr std::size_t kWaitingMax = 64;

    HolderReader(net::Reactor& reactor, rpc::RpcClient& rpc, std::uint32_t calls_per_minute,
                 HolderEvents& events);
    ~HolderReader();
    HolderReader(const HolderReader&) = delete;
    HolderReader& operator=(const HolderReader&) = delete;

    // Its answer comes later. `beside` is read with the holders: an account of somebody who may
    // not be among them; zero for none. False: too many wait, nothing will come.
    [[nodiscard]] bool look_up(const Pubkey& mint, const Pubkey& beside);
    void on_tick(MonoTime now);
    [[nodiscard]] const HolderReaderStatistics& statistics() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::feed
