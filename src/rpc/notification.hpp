// SPDX-License-Identifier: MIT
// One PubSub frame, decoded in place. The frame's bytes are hostile until this has read them: any
// bytes give a Frame or an error, never a crash.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rpc/decode_account.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::rpc {

// A notification. In an AccountUpdate of an accountNotification the pubkey, and in a
// SignatureUpdate the signature, are what was subscribed to: the frame does not repeat them.
struct Notification {
    enum class Kind : std::uint8_t { Account, Program, Logs, Signature, Slot };
    Kind kind = Kind::Slot;
    std::uint64_t subscription = 0;
    ChainUpdate update;
};
// The node answered our request `id`: a subscription id, or `true` to an unsubscribe.
struct Acknowledgement {
    std::uint64_t id = 0;
    std::uint64_t result = 0;  // Zero for a boolean.
};
struct Refusal {
    std::uint64_t id = 0;
    std::string_view error;  // JSON.
};
// A frame that is valid and not for us: roots, "receivedSignature".
struct Ignored {};

using Frame = std::variant<Ignored, Notification, Acknowledgement, Refusal>;

// Buffers that are reused from frame to frame: once they have grown and the owner is known, an
// accountNotification and a slotNotification allocate nothing.
class FrameDecoder {
 public:
    FrameDecoder();

    // Bytes behind `message` that must be readable: net::kMessagePadding covers them. The frame's
    // views live until the next call, and no longer than the message.
    [[nodiscard]] Result<Frame> decode_notification(std::string_view message);

 private:
    [[nodiscard]] Frame read(simdjson::ondemand::object& root);
    [[nodiscard]] Frame read_notification(simdjson::ondemand::object& root,
                                          std::string_view method);
    [[nodiscard]] bool read_result(simdjson::ondemand::object& params, Notification& out);
    [[nodiscard]] AccountUpdate read_account(simdjson::ondemand::value account);
    [[nodiscard]] LogsUpdate read_logs(simdjson::ondemand::object& value);

    simdjson::ondemand::parser parser_;
    Bytes data_;
    OwnerCache owners_;
    std::vector<std::string_view> lines_;
    std::string error_;
};

}  // namespace sniperforge::rpc
