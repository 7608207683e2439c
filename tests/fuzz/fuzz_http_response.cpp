// SPDX-License-Identifier: MIT
// HTTP answers come from strangers: any bytes are an answer within the limits or none, and cut into
// any pieces they are the same. (Whether the reader gives up or waits for more may differ: Beast
// looks at torn heads again only when four bytes more have come.) The first byte chooses how they
// are cut, its highest bit that the request was HEAD.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz_target.hpp"
#include "net/http_codec.hpp"

namespace sniperforge::net {
namespace {

constexpr std::size_t kBodyMax = 512;
constexpr auto kNoAnswer = "no answer";

std::string describe(HttpResponse response) {
    SF_ASSERT(response.body.size() <= kBodyMax);
    SF_ASSERT(response.status >= 0 && response.status <= 999);
    std::string text = std::to_string(response.status) + '|';
    for (const HttpHeader& header : response.headers) {
        text += header.name + '=' + header.value + '|';
    }
    return text + response.body;
}

// What a connection makes of the bytes: it offers again what was not consumed, with more behind it.
std::string read(std::span<const std::uint8_t> bytes, std::size_t piece, bool is_head) {
    HttpReader reader{HttpReader::Kind::Response, kBodyMax};
    if (is_head) {
        reader.expect_no_body();
    }
    std::size_t begin = 0;
    for (std::size_t end = 0; end < bytes.size() && !reader.is_done();) {
        end = piece == 0 ? bytes.size() : std::min(bytes.size(), end + piece);
        // On the heap and of the exact size, so that a read behind it is seen.
        const std::vector<std::uint8_t> offered(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                                bytes.begin() + static_cast<std::ptrdiff_t>(end));
        const auto consumed = reader.put(offered);
        if (!consumed) {
            SF_ASSERT(!consumed.error().text.empty());
            return kNoAnswer;
        }
        SF_ASSERT(*consumed <= offered.size());
        begin += *consumed;
    }
    std::string text = "open ";
    if (!reader.is_done()) {
        text = "ended ";
        if (!reader.is_head_done() || !reader.put_end() || !reader.is_done()) {
            return kNoAnswer;
        }
    }
    text += reader.is_keep_alive() ? "kept " : "closed ";
    text += std::to_string(begin) + ' ';
    return text + describe(reader.take_response());
}

void check(std::span<const std::uint8_t> input) {
    if (input.empty()) {
        return;
    }
    const bool is_head = (input[0] & 0x80U) != 0;
    const std::size_t piece = 1U + (input[0] & 0x3FU);
    const auto bytes = input.subspan(1);
    const std::string whole = read(bytes, 0, is_head);
    SF_ASSERT(whole == read(bytes, piece, is_head));
    SF_ASSERT(whole == read(bytes, 1, is_head));
}

}  // namespace
}  // namespace sniperforge::net

SF_FUZZ_TARGET {
    sniperforge::net::check({data, size});
    return 0;
}
