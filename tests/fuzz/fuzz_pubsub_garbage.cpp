// SPDX-License-Identifier: MIT
// PubSub frames come from strangers: any bytes are an error with a reason or a frame whose views
// can be read, and what a frame left behind in the reused buffers does not show in the next one.
#include <simdjson.h>

#include <algorithm>
#include <string_view>
#include <variant>
#include <vector>

#include "fuzz_target.hpp"
#include "rpc/notification.hpp"

namespace sniperforge::rpc {
namespace {

// Touches every byte that a view spans: the sanitizer sees one that does not exist.
std::size_t touch(std::string_view text) {
    std::size_t sum = 0;
    for (const char c : text) {
        sum += static_cast<unsigned char>(c);
    }
    return sum;
}

std::size_t touch(const Notification& notification) {
    std::size_t sum = 0;
    if (const auto* account = std::get_if<AccountUpdate>(&notification.update)) {
        for (const std::uint8_t byte : account->data) {
            sum += byte;
        }
    } else if (const auto* logs = std::get_if<LogsUpdate>(&notification.update)) {
        for (const std::string_view line : logs->lines) {
            sum += touch(line);
        }
    } else if (const auto* signature = std::get_if<SignatureUpdate>(&notification.update)) {
        sum += touch(signature->error);
    }
    return sum;
}

// One number for all that a frame says.
std::size_t digest(const Result<Frame>& frame) {
    if (!frame) {
        SF_ASSERT(!frame.error().text.empty());
        return touch(frame.error().text);
    }
    if (const auto* notification = std::get_if<Notification>(&*frame)) {
        return touch(*notification) + static_cast<std::size_t>(notification->subscription);
    }
    if (const auto* refusal = std::get_if<Refusal>(&*frame)) {
        return touch(refusal->error) + static_cast<std::size_t>(refusal->id);
    }
    if (const auto* acknowledgement = std::get_if<Acknowledgement>(&*frame)) {
        return static_cast<std::size_t>(acknowledgement->id + acknowledgement->result);
    }
    return 0;
}

void check(std::string_view input) {
    // On the heap and of the exact size, so that a read behind the padding is seen.
    std::vector<char> padded(input.size() + simdjson::SIMDJSON_PADDING, 'x');
    std::copy(input.begin(), input.end(), padded.begin());
    const std::string_view message{padded.data(), input.size()};

    static FrameDecoder reused;
    FrameDecoder fresh;
    SF_ASSERT(digest(reused.decode_notification(message)) ==
              digest(fresh.decode_notification(message)));
}

}  // namespace
}  // namespace sniperforge::rpc

SF_FUZZ_TARGET {
    sniperforge::rpc::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
