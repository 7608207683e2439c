// SPDX-License-Identifier: MIT
// The lanes of the simulated cluster: a block engine as Jito's and a sender with staked
// connections, as far as their protocols go (protocol jito). They check what the real ones check
// and hand the transaction to the chain like any other: a tip buys nothing here but its cost.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "sim/json_writer.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

// What it pays to tip accounts of any lane, by transfers of its own.
[[nodiscard]] Lamports tips_in(const solana::Message& message);

class LaneServer {
 public:
    // Both must outlive the server. The tip accounts exist from here on.
    LaneServer(Chain& chain, ClusterStatistics& statistics);
    // Told of each transaction that arrives, accepted or not, as those of the nodes are.
    void set_sent_listener(std::function<void(BytesView wire)> listener) {
        sent_listener_ = std::move(listener);
    }

    // Whether the request is for a lane: another server may be at the same address.
    [[nodiscard]] static bool is_for(const net::HttpRequest& request);
    [[nodiscard]] net::HttpResponse handle(const net::HttpRequest& request, MonoTime now);

 private:
    struct Refused {
        int code = 0;
        std::string message;
    };
    using Answer = std::expected<std::string, Refused>;  // The JSON of `result`.

    // What a way in asks for.
    struct Door {
        std::span<const Pubkey> tip_accounts;
        Lamports tip_min;
        bool is_sender = false;  // Else a block engine.
    };

    [[nodiscard]] Answer dispatch(std::string_view path, std::string_view method,
                                  const simdjson::dom::element& request, const Door& door);
    [[nodiscard]] Answer send_transaction(const simdjson::dom::array& params, const Door& door);
    [[nodiscard]] Answer send_bundle(const simdjson::dom::array& params, const Door& door);
    [[nodiscard]] Answer submit(std::string_view base64, const Door& door, bool is_bundle);
    [[nodiscard]] std::optional<Refused> check(const solana::Transaction& transaction,
                                               const Door& door) const;
    // At most so many in each second of the lane's own clock.
    [[nodiscard]] bool is_over_rate(MonoTime now, std::uint32_t per_second);

    Chain& chain_;
    ClusterStatistics& statistics_;
    std::function<void(BytesView wire)> sent_listener_;
    simdjson::dom::parser parser_;
    std::int64_t second_ = -1;
    std::uint32_t second_requests_ = 0;
};

}  // namespace sniperforge::sim
