{{- define "countersign.pod" -}}
metadata:
  labels: {{- include "countersign.labels" . | nindent 4 }}
  annotations:
    checksum/config: {{ include "countersign.config" . | sha256sum }}
    {{- with .Values.podAnnotations }}{{- toYaml . | nindent 4 }}{{- end }}
spec:
  serviceAccountName: {{ .Values.serviceAccount.name }}
  automountServiceAccountToken: true # for clusters that are reached by inCluster
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets: {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "countersign.selector" . | nindent 10 }}
  securityContext: {{- include "countersign.podSecurity" . | nindent 4 }}
  containers:
    - name: countersign
      image: {{ include "countersign.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [start]
      env:
        - name: COUNTERSIGN_CONFIG
          value: /etc/countersign/countersign.yaml
        {{- range .Values.secrets }}
        - name: {{ .env }}
          valueFrom:
            secretKeyRef: { name: {{ .secret }}, key: {{ .key }} }
        {{- end }}
        {{- with .Values.database }}{{- if .secret }}
        - name: DATABASE_URL
          valueFrom:
            secretKeyRef: { name: {{ .secret }}, key: {{ .key }} }
        {{- end }}{{- end }}
      ports:
        - { name: http, containerPort: 8080 }
        - { name: operations, containerPort: 8081 }
      securityContext: {{- include "countersign.containerSecurity" . | nindent 8 }}
      resources: {{- toYaml .Values.resources | nindent 8 }}
      # Alive means that the main loop turns; what the bot depends on is no reason to start it again.
      startupProbe:
        httpGet: { path: /healthz, port: operations }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /healthz, port: operations }
        periodSeconds: 10
        timeoutSeconds: 3
        failureThreshold: 3
      # Serving: it takes in what Slack sends, and so can tell people why it refuses. Alerts look at the parts that are left out.
      readinessProbe:
        httpGet:
          path: /readyz?exclude=store&exclude=jobs&exclude=messages&exclude=record&exclude=cluster
          port: operations
        periodSeconds: 5
        timeoutSeconds: 4
        failureThreshold: 2
      volumeMounts:
        - { name: config, mountPath: /etc/countersign/countersign.yaml, subPath: countersign.yaml, readOnly: true }
        - { name: data, mountPath: /var/lib/countersign }
        - { name: checkpoints, mountPath: /var/lib/countersign-checkpoints }
        {{- if .Values.archive.existingClaim }}
        - { name: archive, mountPath: /var/lib/countersign-archive }
        {{- end }}
        - { name: tmp, mountPath: /tmp }
        {{- if .Values.keys.secret }}
        - { name: keys, mountPath: /var/lib/countersign/keys, readOnly: true }
        {{- end }}
        {{- range .Values.files }}
        - { name: file-{{ .name }}, mountPath: /etc/countersign/files/{{ .name }}, readOnly: true }
        {{- end }}
  volumes:
    - name: config
      configMap: { name: {{ .Release.Name }}-config }
    - name: tmp
      emptyDir: { medium: Memory, sizeLimit: 64Mi }
    - name: checkpoints
      persistentVolumeClaim:
        claimName: {{ .Values.checkpoints.existingClaim | default (printf "%s-checkpoints" .Release.Name) }}
    {{- with .Values.archive.existingClaim }}
    - name: archive
      persistentVolumeClaim: { claimName: {{ . }} }
    {{- end }}
    {{- if .Values.database.secret }}
    - name: data
      emptyDir: {}
    {{- else }}
    - name: data
      persistentVolumeClaim:
        claimName: {{ .Values.data.existingClaim | default (printf "%s-data" .Release.Name) }}
    {{- end }}
    {{- with .Values.keys.secret }}
    - name: keys
      secret: { secretName: {{ . }}, defaultMode: 0440 }
    {{- end }}
    {{- range .Values.files }}
    - name: file-{{ .name }}
      secret: { secretName: {{ .secret }}, defaultMode: 0440 }
    {{- end }}
{{- end }}
