using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Wappa.Caching.Documents;

/// <summary>
/// What there is to check in the values of one type, made once. Rules count on the type, on what of it is written to JSON
/// or public, and on the parameters of its constructors, because that is where people write them for records.
/// </summary>
internal sealed class ValidationPlan
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, ValidationPlan> Plans = new();

    private ValidationPlan(Type type)
    {
        if (IsLeaf(type)) return;
        Rules = RulesOf(type);
        HasItems = IsCollection(type) && ItemTypes(type).Any(item => CanCarryRules(item, [type]));
        if (IsImmutableArray(type)) Unset = Activator.CreateInstance(type);
        if (!typeof(IEnumerable).IsAssignableFrom(type))
            Members = [.. MembersOf(type).Where(member => member.Rules.Length > 0 || IsWorthALook(member, [type]))];
        CarriesRules = HasItems || Members.Length > 0 || HasOwnRules(type);
    }

    /// <summary>The rules of the type itself.</summary>
    internal ValidationAttribute[] Rules { get; } = [];

    /// <summary>What carries rules or may hold what does.</summary>
    internal Member[] Members { get; } = [];

    /// <summary>Whether its items are to be looked at.</summary>
    internal bool HasItems { get; }

    /// <summary>The value that cannot be walked: an <see cref="ImmutableArray{T}"/> that was never set.</summary>
    internal object? Unset { get; }

    internal bool CarriesRules { get; }

    internal static ValidationPlan Of(Type type) => Plans.GetOrAdd(type, static type => new(type));

    private static bool IsWorthALook(Member member, HashSet<Type> seen) => member.IsWritten && CanCarryRules(member.Type, seen);

    /// <summary>Whether a value declared as this type could carry a rule at all; types open to derivation might.</summary>
    private static bool CanCarryRules(Type type, HashSet<Type> seen)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsLeaf(type) || !seen.Add(type)) return IsOpen(type);
        if (HasOwnRules(type)) return true;
        if (typeof(IEnumerable).IsAssignableFrom(type)) return ItemTypes(type).Any(item => CanCarryRules(item, seen));
        return IsOpen(type) || MembersOf(type).Any(member => member.Rules.Length > 0 || IsWorthALook(member, seen));
    }

    private static bool IsOpen(Type type) =>
        !IsLeaf(type) && !type.IsSealed && !type.IsValueType && !typeof(IEnumerable).IsAssignableFrom(type);

    private static bool HasOwnRules(Type type) =>
        typeof(IValidatableObject).IsAssignableFrom(type) || type.IsDefined(typeof(ValidationAttribute), inherit: true);

    private static IEnumerable<Member> MembersOf(Type type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            var constructors = (level == type ? [type] : new[] { type, level }).SelectMany(Constructors).ToArray();
            foreach (var found in level.GetMembers(Declared))
            {
                if (!IsRead(found) || !names.Add(found.Name)) continue;
                yield return new(found, [.. RulesOf(found), .. ParameterRules(constructors, found)]);
            }
        }
    }

    // Of the first constructor that has any: a second one, or that of the parent record, mostly repeats them.
    private static ValidationAttribute[] ParameterRules(ConstructorInfo[] constructors, MemberInfo member) => constructors
        .Select(constructor => constructor.GetParameters()
            .Where(parameter => string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(parameter => parameter.GetCustomAttributes<ValidationAttribute>(inherit: true)).ToArray())
        .FirstOrDefault(rules => rules.Length > 0) ?? [];

    private static IEnumerable<ConstructorInfo> Constructors(Type type) => type.GetConstructors(Declared)
        .Where(constructor => constructor.IsPublic || constructor.IsDefined(typeof(JsonConstructorAttribute)));

    private static bool IsRead(MemberInfo member) => member switch
    {
        PropertyInfo property =>
            property.GetMethod is { } getter && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike &&
            !property.PropertyType.IsPointer && !property.PropertyType.IsByRef && (getter.IsPublic || IsIncluded(member)),
        FieldInfo field => IsIncluded(member) || (field.IsPublic && member.IsDefined(typeof(ValidationAttribute), inherit: true)),
        _ => false,
    };

    private static bool IsIncluded(MemberInfo member) => member.IsDefined(typeof(JsonIncludeAttribute), inherit: true);

    private static ValidationAttribute[] RulesOf(MemberInfo member) =>
        [.. member.GetCustomAttributes<ValidationAttribute>(inherit: true)];

    private static bool IsImmutableArray(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    private static bool IsCollection(Type type) =>
        typeof(ICollection).IsAssignableFrom(type) ||
        type.GetInterfaces().Any(known => known.IsGenericType && known.GetGenericTypeDefinition() is var definition &&
            (definition == typeof(ICollection<>) || definition == typeof(IReadOnlyCollection<>)));

    // Of what it implements, not of its own arguments: a Basket : List<Pizza> has none, and a Page<T> may hold something else.
    private static IEnumerable<Type> ItemTypes(Type type)
    {
        var items = type.GetInterfaces().Append(type)
            .Where(known => known.IsGenericType && known.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(known => known.GetGenericArguments()[0])
            .ToArray();
        return items.Length > 0 ? items : [typeof(object)];
    }

    // An object may be anything, so what it holds is looked at; so is what a tuple holds.
    private static bool IsLeaf(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) ||
        (type.Namespace == "System" && type != typeof(object) && !type.Name.StartsWith("Tuple`", StringComparison.Ordinal) &&
            !type.IsArray && Nullable.GetUnderlyingType(type) is null) ||
        type.Namespace?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true ||
        typeof(CacheDocument).IsAssignableFrom(type);

    /// <summary>One property or field.</summary>
    internal sealed class Member(MemberInfo member, ValidationAttribute[] rules)
    {
        internal string Name => member.Name;

        internal ValidationAttribute[] Rules { get; } = rules;

        internal Type Type { get; } = member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;

        /// <summary>Whether it goes into the record; what does not, a parent above all, is not looked into.</summary>
        internal bool IsWritten { get; } = member.GetCustomAttribute<JsonIgnoreAttribute>(inherit: true)?.Condition is not
            (JsonIgnoreCondition.Always or JsonIgnoreCondition.WhenWriting);

        internal object? Read(object owner) => member is PropertyInfo property
            ? property.GetValue(owner, BindingFlags.DoNotWrapExceptions, null, null, null)
            : ((FieldInfo)member).GetValue(owner);
    }
}
