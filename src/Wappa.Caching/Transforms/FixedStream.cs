namespace Wappa.Caching.Transforms;

/// <summary>Takes what is written as far as there is room, and then remembers that there was none: cheaper than an exception for what
/// often happens.</summary>
/// <param name="buffer">The room; the caller's.</param>
/// <param name="capacity">How much of it.</param>
internal sealed class FixedStream(byte[] buffer, int capacity) : Stream
{
    private int _length;

    internal byte[] Buffer => buffer;

    internal bool IsOverrun { get; private set; }

    internal ReadOnlySpan<byte> Written => buffer.AsSpan(0, _length);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        IsOverrun |= bytes.Length > capacity - _length;
        if (IsOverrun) return;
        bytes.CopyTo(buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    public override void Write(byte[] bytes, int offset, int count) => Write(bytes.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Reads bytes where they are.</summary>
internal sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> bytes) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> target)
    {
        var count = Math.Min(target.Length, bytes.Length - _at);
        bytes.Span.Slice(_at, count).CopyTo(target);
        _at += count;
        return count;
    }

    public override int Read(byte[] target, int offset, int count) => Read(target.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] source, int offset, int count) => throw new NotSupportedException();
}
