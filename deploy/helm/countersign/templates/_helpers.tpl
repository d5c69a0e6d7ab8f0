{{- define "countersign.labels" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "countersign.selector" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "countersign.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{- /* The text as it was written, since Helm reads YAML otherwise than the bot (`on:` is true to it), and after it what is left out. */}}
{{- define "countersign.config" -}}
{{- $given := fromYaml .Values.config -}}
{{ .Values.config | trimSuffix "\n" }}
{{- if not (hasKey $given "dataDirectory") }}
dataDirectory: /var/lib/countersign
{{- end }}
{{- if not (hasKey $given "audit") }}
audit: { checkpoints: /var/lib/countersign-checkpoints }
{{- end }}
{{- if not (hasKey $given "http") }}
http: { host: 0.0.0.0 }
{{- end }}
{{- if not (hasKey $given "operations") }}
operations: { host: 0.0.0.0 }
{{- end }}
{{- end }}

{{- define "countersign.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "countersign.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
