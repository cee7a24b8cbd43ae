using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Wappa.Caching.Documents;

namespace Wappa.Caching.Tests.Documents;

public sealed class ImmutableTypesTests
{
    public static TheoryData<Type> Shareable =>
    [
        typeof(int), typeof(bool), typeof(char), typeof(double), typeof(decimal), typeof(string), typeof(DayOfWeek),
        typeof(Guid),
        typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(Uri),
        typeof(Version),
        typeof(int?), typeof(DateTime?), typeof(Int128), typeof(Half), typeof(System.Numerics.BigInteger),
        typeof(ImmutableArray<string>), typeof(ImmutableList<int>),
        typeof(ImmutableDictionary<string, ImmutableArray<int>>),
        typeof(ImmutableHashSet<Guid>), typeof(ImmutableSortedDictionary<string, Positional>),
        typeof(FrozenSet<string>),
        typeof(FrozenDictionary<string, Positional>), typeof(ImmutableArray<int>?), typeof(KeyValuePair<string, int>),
        typeof(Positional), typeof(WithInit), typeof(WithReadOnlyField), typeof(Nested), typeof(Recursive),
        typeof(MutualA),
        typeof(ReadOnlyStruct), typeof(RecordStruct), typeof(GenericRecord<string>), typeof(DerivedFromImmutable),
        typeof(Computed),
        typeof(NoFields),
    ];

    public static TheoryData<Type> Unshareable =>
    [
        typeof(object), typeof(int[]), typeof(string[]), typeof(List<string>), typeof(Dictionary<string, int>),
        typeof(HashSet<int>),
        typeof(IReadOnlyList<string>), typeof(IEnumerable<string>), typeof(IReadOnlyDictionary<string, int>),
        typeof(IImmutableList<int>),
        typeof(ReadOnlyCollection<string>), typeof(ConcurrentDictionary<string, int>), typeof(JsonNode),
        typeof(JsonObject),
        typeof(JsonElement), typeof(JsonDocument), typeof(CacheDocument), typeof(Action), typeof(Delegate),
        typeof(IntPtr),
        typeof(ImmutableArray<int[]>), typeof(ImmutableArray<object>), typeof(ImmutableArray<Settable>),
        typeof(ImmutableList<List<int>>),
        typeof(FrozenDictionary<string, List<int>>), typeof(FrozenDictionary<string, object>),
        typeof(KeyValuePair<string, int[]>),
        typeof(ReadOnlyMemory<byte>), typeof(Memory<byte>), typeof(ValueTuple<int, string>),
        typeof(ImmutableArray<int>.Builder),
        typeof(Settable), typeof(PrivateSetter), typeof(Unsealed), typeof(UnsealedRecord), typeof(AbstractRecord),
        typeof(WithList),
        typeof(WithInterface), typeof(WithArray), typeof(WithObject), typeof(WithUnsealed), typeof(WithMutableStruct),
        typeof(MutableStruct),
        typeof(DerivedFromMutable), typeof(HiddenMutableField), typeof(RecursiveMutable), typeof(MutualMutableA),
        typeof(Lazily),
        typeof(WithExtensionData), typeof(GenericRecord<List<int>>), typeof(WithEvent),
        typeof(WithNullableMutableStruct),
    ];

    [Theory, MemberData(nameof(Shareable))]
    public void IsDeeplyImmutable_NothingOfItCanChange_IsTrue(Type type) =>
        ImmutableTypes.IsDeeplyImmutable(type).ShouldBeTrue(type.ToString());

    [Theory, MemberData(nameof(Unshareable))]
    public void IsDeeplyImmutable_AnythingOfItCouldChange_IsFalse(Type type) =>
        ImmutableTypes.IsDeeplyImmutable(type).ShouldBeFalse(type.ToString());

    private sealed record Positional(string Name, int Number, DateTimeOffset At);

    private sealed record WithInit
    {
        public required string Name { get; init; }

        public ImmutableArray<string> Items { get; init; } = [];
    }

    private sealed class WithReadOnlyField(int number)
    {
        [JsonInclude]
        public readonly int Number = number;
    }

    private sealed record Nested(Positional Inner, ImmutableArray<Positional> Others, ReadOnlyStruct Point);

    private sealed record Recursive(string Name, Recursive? Parent, ImmutableArray<Recursive> Children);

    private sealed record MutualA(MutualB? B);

    private sealed record MutualB(MutualA? A, string Name);

    private readonly struct ReadOnlyStruct(int x, string name)
    {
        public int X { get; } = x;

        public string Name { get; } = name;
    }

    private readonly record struct RecordStruct(int X, ImmutableArray<int> Items);

    private sealed record GenericRecord<T>(T Value);

    private abstract record ImmutableParent(string Name);

    private sealed record DerivedFromImmutable(string Name, int Number) : ImmutableParent(Name);

    private sealed record Computed(int Number)
    {
        public int Twice => Number * 2;
    }

    private sealed record NoFields;

    private sealed record Settable
    {
        public string Name { get; set; } = "";
    }

    private sealed record PrivateSetter(string Name)
    {
        public int Count { get; private set; }

        public void Add() => Count++;
    }

    private class Unsealed(string name)
    {
        public string Name { get; } = name;
    }

    private sealed class Subclass(string name) : Unsealed(name);

    private record UnsealedRecord(string Name);

    private sealed record Subrecord(string Name, List<int> Items) : UnsealedRecord(Name);

    private abstract record AbstractRecord(string Name);

    private sealed record WithList(List<string> Items);

    private sealed record WithInterface(IReadOnlyList<string> Items);

    private sealed record WithArray(string[] Items);

    private sealed record WithObject(object Value);

    private sealed record WithUnsealed(Unsealed Value);

    private struct MutableStruct
    {
        public int X { get; set; }
    }

    private sealed record WithMutableStruct(MutableStruct Value);

    private sealed record WithNullableMutableStruct(MutableStruct? Value);

    private abstract class MutableParent
    {
        public int Count { get; set; }
    }

    private sealed class DerivedFromMutable(string name) : MutableParent
    {
        public string Name { get; } = name;
    }

    private sealed record HiddenMutableField(string Name)
    {
        private int _reads;

        public int Reads() => ++_reads;
    }

    private sealed record RecursiveMutable(string Name, RecursiveMutable? Parent)
    {
        public int Count { get; set; }
    }

    private sealed record MutualMutableA(MutualMutableB? B);

    private sealed record MutualMutableB(MutualMutableA? A)
    {
        public List<int> Items { get; } = [];
    }

    private sealed record Lazily(Lazy<int> Value);

    private sealed record WithExtensionData(string Name)
    {
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Others { get; init; }
    }

    private sealed class WithEvent
    {
        public event EventHandler? Changed;

        public void Raise() => Changed?.Invoke(this, EventArgs.Empty);
    }
}
