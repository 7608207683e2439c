// SPDX-License-Identifier: MIT
// HolderReader: who holds the most of a token, and its supply in the same slot; and what a token
// calls itself whose mint does not say: its metadata account rides in the call that reads the
// holders, and many at once are read where nobody asks for holders; and whether nodes let a token
// be sold that was bought. By RPC, one call at a time and so many a minute, off the hot path.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/feed/round_trip_lookups.hpp"
#include "sniperforge/model/safety.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/metaplex_metadata.hpp"

namespace sniperforge::feed {

class HolderEvents {
 public:
    virtual ~HolderEvents() = default;
    // Once for each that was looked up. Nothing: it could not be read.
    virtual void on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) = 0;
    // Before the holders that were read with it, if there is one; and once for each that
    // look_up_names() took. Nothing: there is none, it does not decode, or it could not be read.
    virtual void on_metadata(const Pubkey& mint,
                             const std::optional<solana::MetaplexMetadata>& metadata) = 0;
};

struct HolderReaderStatistics {
    std::uint64_t calls = 0;
    std::uint64_t read = 0, failed = 0;     // Of those that were looked up.
    std::uint64_t named = 0, nameless = 0;  // Of those whose names alone were looked up.
    std::uint64_t tried = 0, untried = 0;   // Of the round trips.
    std::uint64_t lost = 0;                 // Asked for while there was no room.
};

// What the pipeline asks of it.
class HolderLookups {
 public:
    virtual ~HolderLookups() = default;
    // Its answer comes later. `beside` is read with the holders: an account of somebody who may
    // not be among them; zero for none. False: too many wait, nothing will come.
    [[nodiscard]] virtual bool look_up(const Pubkey& mint, const Pubkey& beside) = 0;
    // The same for its metadata alone. Up to 100 in one call, whenever no holders wait, and no more
    // than a tenth of the calls of a minute.
    [[nodiscard]] virtual bool look_up_names(const Pubkey& mint) = 0;
    virtual void on_tick(MonoTime now) = 0;
    [[nodiscard]] virtual const HolderReaderStatistics& statistics() const = 0;
};

class HolderReader final : public HolderLookups, public RoundTripLookups {
 public:
    static constexpr std::size_t kWaitingMax = 64, kNamesWaitingMax = 4'096;

    HolderReader(net::Reactor& reactor, rpc::RpcClient& rpc, std::uint32_t calls_per_minute,
                 HolderEvents& events, RoundTripEvents& trip_events);
    ~HolderReader() override;
    HolderReader(const HolderReader&) = delete;
    HolderReader& operator=(const HolderReader&) = delete;

    [[nodiscard]] bool look_up(const Pubkey& mint, const Pubkey& beside) override;
    [[nodiscard]] bool look_up_names(const Pubkey& mint) override;
    // Before any holders: it is one call, and the last that a token waits for.
    [[nodiscard]] bool try_round_trip(const Pubkey& mint, BytesView wire,
                                      std::size_t sale) override;
    void on_tick(MonoTime now) override;
    [[nodiscard]] const HolderReaderStatistics& statistics() const override;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::feed
