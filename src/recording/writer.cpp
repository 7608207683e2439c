// SPDX-License-Identifier: MIT
#include "sniperforge/recording/writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "recording/compression.hpp"
#include "recording/layout.hpp"
#include "sniperforge/core/spsc_ring.hpp"
#include "sniperforge/journal/crc32c.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::recording {
namespace {

// The ring is emptied so often: what waits meanwhile is far below its bound.
constexpr Duration kPause = std::chrono::milliseconds{20};

// A file of ours alone: it tells what the wallet does.
class OutputFile {
 public:
    OutputFile() = default;
    ~OutputFile() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    [[nodiscard]] Result<void> open(const std::string& path, std::uint64_t free_bytes_min) {
        path_ = path;
        free_bytes_min_ = free_bytes_min;
        fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        return fd_ >= 0 ? Result<void>{} : failed("creating the recording");
    }
    [[nodiscard]] Result<void> write(BytesView bytes) const {
        struct statvfs space{};
        if (::fstatvfs(fd_, &space) != 0) {
            return failed("asking for the room of the recording");
        }
        const std::uint64_t free = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
        if (free < free_bytes_min_) {
            return fail(
                fmt::format("writing {} bytes of the recording {}: its disk has {} bytes "
                            "free, and {} are left to the journal; make room, or record to "
                            "another disk",
                            bytes.size(), path_, free, free_bytes_min_));
        }
        while (!bytes.empty()) {
            const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) {
                return failed("writing the recording");
            }
            bytes = bytes.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
        }
        return {};
    }

 private:
    [[nodiscard]] std::unexpected<Error> failed(std::string_view action) const {
        return fail(fmt::format("{} {}: {}", action, path_, std::strerror(errno)));
    }
    int fd_ = -1;
    std::string path_;
    std::uint64_t free_bytes_min_ = 0;
};

[[nodiscard]] Bytes encoded(const Header& header) {
    ArchiveWriter parts{kAsItIs};
    parts(header);
    Bytes out;
    append(out, bytes_of(kMagic));
    append_le(out, kFormatVersion);
    append_le(out, static_cast<std::uint32_t>(parts.bytes().size()));
    append_le(out, journal::crc32c(parts.bytes()));
    append(out, parts.bytes());
    return out;
}

[[nodiscard]] Bytes encoded(BlockHead head, BytesView content, Compressor& compressor) {
    Bytes out(kBlockHeadBytes);
    compressor.append(content, out);
    head.bytes = static_cast<std::uint32_t>(content.size());
    head.stored_bytes = static_cast<std::uint32_t>(out.size() - kBlockHeadBytes);
    const std::span<std::uint8_t> view{out};
    write_le(view, 0, kBlockMark);
    write_le(view, 4, static_cast<std::uint32_t>(head.kind));
    write_le(view, 8, head.record_bytes);
    write_le(view, 12, head.bytes);
    write_le(view, 16, head.stored_bytes);
    write_le(view, 20, head.records);
    write_le(view, 24, head.first);
    constexpr std::size_t kChecked = kBlockHeadBytes - sizeof(std::uint32_t);
    const std::uint32_t checksum =
        journal::crc32c(view.subspan(kBlockHeadBytes), journal::crc32c(view.first(kChecked)));
    write_le(view, kChecked, checksum);
    return out;
}

}  // namespace

struct Writer::State {
    explicit State(const WriterOptions& writer_options)
        : options{writer_options}, ring{writer_options.blocks_waiting_max} {}
    ~State() {
        stop_thread();
        Block* waiting = nullptr;
        while (ring.pop(waiting)) {
            write_block(std::unique_ptr<Block>{waiting});
        }
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    // Writer's thread, or the loop when there is none.
    void write(BytesView bytes) {
        if (has_failed) {
            return;
        }
        const auto written = options.write ? options.write(bytes) : file.write(bytes);
        if (!written) {
            problem = written.error().text;
            has_failed = true;
        }
    }
    void write_block(std::unique_ptr<Block> full) {
        BlockHead head;
        head.record_bytes = static_cast<std::uint32_t>(full->bytes.size());
        head.records = full->records;
        head.first = full->first;
        for (const engine::RecorderItem& item : full->decisions) {
            const std::string body = engine::body_of(item);
            full->bytes.push_back(static_cast<std::uint8_t>(engine::kind_of(item)));
            append_number(full->bytes, body.size());
            append(full->bytes, bytes_of(body));
        }
        write(encoded(head, full->bytes, compressor));
    }
    void drain() {
        Block* waiting = nullptr;
        while (ring.pop(waiting)) {
            write_block(std::unique_ptr<Block>{waiting});
        }
    }
    void run() {
        std::unique_lock lock{mutex};
        while (!is_stopping) {
            wake.wait_for(lock, kPause, [this] { return is_stopping; });
            lock.unlock();
            drain();
            lock.lock();
        }
    }
    void stop_thread() {
        if (thread.joinable()) {
            {
                const std::scoped_lock lock{mutex};
                is_stopping = true;
            }
            wake.notify_one();
            thread.join();
        }
    }

    // Loop thread.
    void end(std::string_view why) {
        if (!std::exchange(is_ended, true)) {
            telemetry::error("recording", "{}; nothing more is recorded, the run goes on", why);
        }
    }

    WriterOptions options;
    OutputFile file;
    Compressor compressor;
    SpscRing<Block*> ring;  // Owns what is in it.
    std::unique_ptr<Block> block = std::make_unique<Block>();
    std::uint64_t records = 0, records_lost = 0;  // Handed over, and not.
    bool is_ended = false;
    std::string problem;  // Written once, before has_failed says so.
    std::atomic<bool> has_failed{false};
    std::mutex mutex;  // Guards is_stopping.
    std::condition_variable wake;
    bool is_stopping = false;
    std::thread thread;
};

Writer::Writer(std::unique_ptr<State> state) : state_{std::move(state)} {}
Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::open(const WriterOptions& options, const Header& header) {
    auto state = std::make_unique<State>(options);
    if (!options.write) {
        if (auto opened = state->file.open(options.path, options.free_bytes_min); !opened) {
            return Err{opened.error()};
        }
    }
    state->write(encoded(header));
    if (state->has_failed) {
        return fail(state->problem);
    }
    state->block->first = 1;
    if (options.is_threaded) {
        state->thread = std::thread{[raw = state.get()] { raw->run(); }};
    }
    return std::unique_ptr<Writer>{new Writer{std::move(state)}};
}

bool Writer::is_on() const { return !state_->is_ended; }
Block& Writer::block() { return *state_->block; }

void Writer::hand_over() {
    State& state = *state_;
    if (state.block->records == 0) {
        return;
    }
    auto full = std::exchange(state.block, std::make_unique<Block>());
    const std::uint64_t next = full->first + full->records;
    state.block->first = next;
    if (state.has_failed) {
        state.end(state.problem);
    }
    if (state.is_ended) {
        state.records_lost += full->records;
        return;
    }
    if (!state.options.is_threaded) {
        state.write_block(std::move(full));
    } else if (state.ring.push(full.get())) {
        (void)full.release();  // The ring has it.
    } else {
        state.records_lost += full->records;
        return state.end(
            fmt::format("{} blocks of the recording wait to be written, as many as may",
                        state.options.blocks_waiting_max));
    }
    state.records = next - 1;
}

void Writer::miss() { ++state_->records_lost; }

Result<Totals> Writer::close(Totals totals) {
    State& state = *state_;
    hand_over();
    state.stop_thread();
    state.drain();
    if (state.has_failed) {
        return fail(state.problem);  // Its end stays torn, which says it.
    }
    totals.records = state.records;
    totals.records_lost = state.records_lost;
    ArchiveWriter parts{kAsItIs};
    parts(totals);
    BlockHead head{.kind = BlockKind::End};
    head.record_bytes = static_cast<std::uint32_t>(parts.bytes().size());
    head.first = state.records + 1;
    state.write(encoded(head, parts.bytes(), state.compressor));
    if (state.has_failed) {
        return fail(state.problem);
    }
    return totals;
}

}  // namespace sniperforge::recording
