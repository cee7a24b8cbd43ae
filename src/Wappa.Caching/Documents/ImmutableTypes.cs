using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Documents;

/// <summary>
/// Whether one instance of a type may be handed to every reader. Conservative: only what can be shown never to change.
/// A sealed class or a struct counts when every instance field, inherited ones included, is read-only and of a type
/// that counts; an interface, an array, a <c>List</c>, <c>object</c> or a class that can be derived from never does.
/// Exceptions are <see cref="Uri"/>, which can be derived from but keeps what it caches to itself and has no member
/// that changes it, and what says so itself (<see cref="ISharedValue"/>).
/// </summary>
internal static class ImmutableTypes
{
    private static readonly HashSet<Type> Leaves =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly),
        typeof(TimeSpan), typeof(Guid), typeof(Int128), typeof(UInt128), typeof(Half), typeof(Uri), typeof(Version),
        typeof(System.Numerics.BigInteger), typeof(System.Text.Rune),
    ];

    private static readonly HashSet<Type> Containers =
    [
        typeof(Nullable<>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>),
        typeof(ImmutableSortedSet<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>),
        typeof(ImmutableQueue<>), typeof(ImmutableStack<>), typeof(FrozenSet<>), typeof(FrozenDictionary<,>),
    ];

    internal static bool IsDeeplyImmutable(Type type) => Check(type, []);

    private static bool Check(Type type, HashSet<Type> beingChecked)
    {
        if (type.IsPrimitive) return type != typeof(IntPtr) && type != typeof(UIntPtr);
        if (type.IsEnum || Leaves.Contains(type)) return true;
        if (type.IsGenericType && Containers.Contains(type.GetGenericTypeDefinition()))
            return type.GetGenericArguments().All(argument => Check(argument, beingChecked));
        if (type.IsArray || type.IsPointer || type.IsInterface || type.IsAbstract || typeof(Delegate).IsAssignableFrom(type)) return false;
        if (!type.IsValueType && !type.IsSealed) return false;
        if (typeof(ISharedValue).IsAssignableFrom(type)) return true;

        // A type met again on the way down (a tree of itself) is decided by its other fields.
        if (!beingChecked.Add(type)) return true;
        return InstanceFields(type).All(field => field.IsInitOnly && Check(field.FieldType, beingChecked));
    }

    private static IEnumerable<FieldInfo> InstanceFields(Type type)
    {
        const BindingFlags Declared =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            foreach (var field in level.GetFields(Declared)) yield return field;
        }
    }
}

/// <summary>The answer for one type, made once; after that it is a constant to the JIT.</summary>
/// <typeparam name="T">The type that is read.</typeparam>
internal static class ImmutableTypes<T>
{
    internal static readonly bool IsShareable = ImmutableTypes.IsDeeplyImmutable(typeof(T));
}
