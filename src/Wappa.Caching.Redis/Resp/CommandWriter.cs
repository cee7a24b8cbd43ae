using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Encodes one command into the outgoing buffer: an array of bulk strings, each argument written once, where it will
/// be sent from.</summary>
internal ref struct CommandWriter
{
    private const int HeaderRoom = 16; // a sign, ten digits, CR LF

    private readonly OutgoingBuffer _buffer;
    private readonly ScriptTable _scripts;
    private bool _begun;
    private int _missing;

    internal CommandWriter(OutgoingBuffer buffer, ScriptTable scripts)
    {
        _buffer = buffer;
        _scripts = scripts;
    }

    /// <summary>Which script the command runs, and how often the connection had sent that one; null: none.</summary>
    internal ScriptUse? Script { get; private set; }

    /// <summary>Begins the command.</summary>
    /// <param name="name">In upper case; of two words (<c>CLIENT</c>, <c>ID</c>) the second is an argument.</param>
    /// <param name="argumentCount">How many arguments follow, exactly.</param>
    public void Begin(scoped ReadOnlySpan<byte> name, int argumentCount)
    {
        if (_begun) throw new InvalidOperationException("A command was begun twice; write one command per call.");
        ArgumentOutOfRangeException.ThrowIfNegative(argumentCount);
        _begun = true;
        WriteHeader((byte)'*', argumentCount + 1);
        _missing = argumentCount + 1;
        Write(name);
    }

    /// <summary>Begins EVALSHA, or EVAL where the connection has not sent the script before.</summary>
    internal void BeginScript(RedisScript script, int keyCount, int argumentCount)
    {
        var use = _scripts.Use(script);
        Script = use;
        Begin(use.IsFirst ? "EVAL"u8 : "EVALSHA"u8, 2 + keyCount + argumentCount);
        Write(use.IsFirst ? script.Source : script.Hash);
        Write(keyCount);
    }

    /// <summary>Writes an argument as it is.</summary>
    public void Write(scoped ReadOnlySpan<byte> argument)
    {
        Count();
        WriteHeader((byte)'$', argument.Length);
        var room = _buffer.Room(argument.Length + 2);
        argument.CopyTo(room);
        Close(room, argument.Length);
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <exception cref="ArgumentException">It holds half a surrogate pair: as a key it would meet another's.</exception>
    public void Write(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        Count();
        var start = _buffer.Length;
        WriteHeader((byte)'$', argument.Length);
        var room = _buffer.Room(argument.Length + 2);
        if (Ascii.FromUtf16(argument, room, out var written) == OperationStatus.Done)
        {
            Close(room, written);
            return;
        }

        _buffer.CutTo(start);
        WriteWide(argument);
    }

    /// <summary>Writes a number in decimal digits.</summary>
    public void Write(long argument)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(argument, digits, out var length);
        Write(digits[..length]);
    }

    /// <summary>Writes two texts as one argument: a prefix and a name.</summary>
    public void Write(scoped ReadOnlySpan<byte> first, scoped ReadOnlySpan<byte> second)
    {
        Count();
        var length = checked(first.Length + second.Length);
        WriteHeader((byte)'$', length);
        var room = _buffer.Room(length + 2);
        first.CopyTo(room);
        second.CopyTo(room[first.Length..]);
        Close(room, length);
    }

    /// <summary>A command that announces one number of arguments and writes another would shift every later reply to the
    /// wrong caller, so it is checked before a byte of it can be sent.</summary>
    internal readonly void ThrowIfIncomplete()
    {
        if (!_begun || _missing != 0)
            throw new InvalidOperationException($"A command ended with {_missing} of its announced arguments missing; fix its Write.");
    }

    private void WriteWide(string argument)
    {
        var length = Encoding.UTF8.GetByteCount(argument);
        WriteHeader((byte)'$', length);
        var room = _buffer.Room(length + 2);
        if (Utf8.FromUtf16(argument, room, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
            throw new ArgumentException("An argument of a command holds half a surrogate pair, which UTF-8 cannot say.");
        Close(room, written);
    }

    private void Count()
    {
        if (_missing-- <= 0) throw new InvalidOperationException("A command has more arguments than it announced; fix its Write.");
    }

    private readonly void Close(Span<byte> room, int length)
    {
        room[length] = (byte)'\r';
        room[length + 1] = (byte)'\n';
        _buffer.Advance(length + 2);
    }

    private readonly void WriteHeader(byte sign, int number)
    {
        var room = _buffer.Room(HeaderRoom);
        room[0] = sign;
        int length;
        if (number < 10)
        {
            room[1] = (byte)('0' + number);
            length = 2;
        }
        else if (number < 100)
        {
            room[1] = (byte)('0' + (number / 10));
            room[2] = (byte)('0' + (number % 10));
            length = 3;
        }
        else
        {
            Utf8Formatter.TryFormat(number, room[1..], out var digits);
            length = 1 + digits;
        }

        Close(room, length);
    }
}
